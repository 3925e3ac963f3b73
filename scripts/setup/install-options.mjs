/** The flags of `install-kernel.mjs`, and the Jupyter folder that they mean. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { userDataFolder } from "./kernel.mjs";
import { isOn } from "./start-options.mjs";

/**
 * @typedef {object} InstallOptions
 * @property {boolean} uninstall
 * @property {boolean} model fetch the starter model, too
 * @property {"user" | "environment" | { prefix: string }} place
 */

const known =
  "node scripts/install-kernel.mjs takes --sys-prefix (the conda or virtual environment that is active), --prefix <folder>, --no-model and --uninstall";

/**
 * What the flags ask for, or one sentence about what is wrong with them.
 *
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @returns {{ options: InstallOptions, problem?: undefined } | { options?: undefined, problem: string }}
 */
export function readInstallOptions(args, env = process.env) {
  const boolean = { type: /** @type {const} */ ("boolean") };
  const options = { "sys-prefix": boolean, prefix: { type: /** @type {const} */ ("string") }, uninstall: boolean };
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, user: boolean, "no-model": boolean } });
    const places = [values.user, values["sys-prefix"], values.prefix].filter((one) => one !== undefined);
    if (places.length > 1) return { problem: `Only one place at a time: ${known}.` };
    if (values.prefix === "") return { problem: `--prefix names no folder: ${known}.` };
    const environment = values["sys-prefix"] ? /** @type {const} */ ("environment") : /** @type {const} */ ("user");
    return {
      options: {
        uninstall: values.uninstall === true,
        model: values["no-model"] !== true && !isOn(env.LOCALLAB_NO_MODEL),
        place: values.prefix === undefined ? environment : { prefix: values.prefix },
      },
    };
  } catch (error) {
    return { problem: `${error instanceof Error ? error.message : error}. ${known}.` };
  }
}

/**
 * The Jupyter data folder where the kernel goes.
 *
 * @param {InstallOptions["place"]} place
 * @param {{ env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform, pythonPrefix: string | undefined }} here
 *   `pythonPrefix`: `sys.prefix` of the Python in PATH
 * @returns {string | undefined} undefined when there is no environment
 */
export function dataFolderOf(place, { env, platform, pythonPrefix }) {
  if (place === "user") return userDataFolder(env, platform);
  const prefix = place === "environment" ? env.VIRTUAL_ENV || env.CONDA_PREFIX || pythonPrefix : place.prefix;
  return prefix === undefined ? undefined : join(prefix, "share", "jupyter");
}
