/** Runs a part of set-up and says why it failed in words of ours, where its own are known. */
import { mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { inProject, projectFolder } from "./project.mjs";
import { CommandFailed } from "./run-command.mjs";
import { setupFailure } from "./setup-failure.mjs";

/** All that the last program that failed said. */
const failureLog = ".locallab/setup-failure.log";

/** Where this runs. */
export const thisPlace = () => ({
  platform: process.platform,
  isRoot: process.getuid?.() === 0,
  freeBytes: freeBytes(),
});

/**
 * What `work` gives. When it fails in a known way, the error is one cause and one cure; else its own.
 *
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function explained(work) {
  try {
    return await work();
  } catch (error) {
    const ending = error instanceof Error ? error.message : String(error);
    const said = error instanceof CommandFailed ? `${error.output}\n${ending}` : ending;
    const failure = setupFailure(said, thisPlace());
    if (failure === undefined) throw error;
    throw new Error(`${failure.cause} ${failure.cure}${kept(said)}`, { cause: error });
  }
}

/** @param {string} said */
function kept(said) {
  try {
    mkdirSync(inProject(".locallab"), { recursive: true });
    writeFileSync(inProject(failureLog), `${said}\n`);
    return `\nWhat was said: ${failureLog}`;
  } catch {
    // a full disk, a folder of somebody else's: the cause says it
    return "";
  }
}

function freeBytes() {
  try {
    const { bavail, bsize } = statfsSync(projectFolder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
