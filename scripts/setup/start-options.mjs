/** The flags of `npm start`. */
import { parseArgs } from "node:util";

/** @typedef {{ check: boolean, browser: boolean, model: boolean, port: number | undefined }} StartOptions */

const known =
  "npm start takes --check, --no-browser, --no-model and --port <1 to 65535>, after two dashes: npm start -- --check";

/** What each flag changes, where its value is one it takes. */
const flags = Object.freeze({
  "--check": (/** @type {string | undefined} */ value) => value === undefined && { check: true },
  "--no-browser": (/** @type {string | undefined} */ value) => value === undefined && { browser: false },
  "--no-model": (/** @type {string | undefined} */ value) => value === undefined && { model: false },
  "--port": (/** @type {string | undefined} */ value) => isPort(value) && { port: Number(value) },
});

/**
 * What the flags ask for, or one sentence about what is wrong with them.
 *
 * @param {readonly string[]} args
 * @param {Readonly<Record<string, string | undefined>>} [env] `LOCALLAB_NO_MODEL` is the same as `--no-model`
 * @returns {{ options: StartOptions, problem?: undefined } | { options?: undefined, problem: string }}
 */
export function readStartOptions(args, env = process.env) {
  const { tokens } = parseArgs({ args: [...args], options: { port: { type: "string" } }, strict: false, tokens: true });
  /** @type {StartOptions} */
  const options = { check: false, browser: true, model: !isOn(env.LOCALLAB_NO_MODEL), port: undefined };
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    if (token.kind === "positional") return { problem: `"${token.value}" is not a flag: ${known}.` };
    const { rawName, value } = token;
    const change = Object.hasOwn(flags, rawName) && flags[/** @type {keyof typeof flags} */ (rawName)](value);
    if (!change) return { problem: `"${rawName}${value === undefined ? "" : ` ${value}`}" is not taken: ${known}.` };
    Object.assign(options, change);
  }
  return { options };
}

/** @param {string | undefined} text */
export const isOn = (text) => !["", "0", "false", "no", "off"].includes((text ?? "").trim().toLowerCase());

/** @param {string | undefined} text */
const isPort = (text) => /^\d{1,5}$/.test(text ?? "") && Number(text) >= 1 && Number(text) <= 65_535;
