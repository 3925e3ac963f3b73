/** Steps that run a tool from node_modules and show what it says only when it finds something. */
import { mustRun } from "./run-command.mjs";
import { runStep } from "./steps.mjs";

/** Types, lint and dead code, one after another. */
export const staticChecks = async () => [
  await runStep("types", check("no error", "typescript/bin/tsc", "--noEmit")),
  await runStep("lint", check("nothing to mend", "@biomejs/biome/bin/biome", "check", "--error-on-warnings", ".")),
  await runStep("dead code", check("none", "knip/bin/knip.js", "--no-progress")),
];

/**
 * @param {string} summary
 * @param {string} tool
 * @param {...string} args
 */
function check(summary, tool, ...args) {
  return async () => {
    await mustRun(process.execPath, [`node_modules/${tool}`, ...args]);
    return summary;
  };
}
