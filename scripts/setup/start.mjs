/** What `npm start` does. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuild } from "./build.mjs";
import { ensureDependencies } from "./dependencies.mjs";
import { runStep } from "./steps.mjs";

/**
 * Sets up, then becomes the server: in this process, so that signals and the exit code are the server's own.
 *
 * @param {readonly string[]} args for `locallab serve`
 */
export async function start(args) {
  const program = await setUp();
  if (program === undefined) {
    process.exitCode = 1;
    return;
  }
  process.argv = [process.execPath, program, "serve", ...args];
  await import(pathToFileURL(program).href);
}

/** Path of the server's program; undefined when something could not be set up, which has been said by then. */
async function setUp() {
  const dependencies = await runStep("dependencies", async (log) =>
    (await ensureDependencies({ log })).installed ? "installed" : "up to date",
  );
  if (!dependencies.ok) return undefined;
  let program = "";
  const build = await runStep("build", async (log) => {
    const { built, folder } = await ensureBuild({ log });
    program = join(folder, "server", "main.js");
    if (!existsSync(program)) throw new Error(`The build made no ${program}.`);
    return built ? "built" : "up to date";
  });
  return build.ok ? program : undefined;
}
