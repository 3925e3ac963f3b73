/**
 * `npm test`, on a fresh clone too: sets up what is missing, then every check and test. `test.mjs real` runs the layer
 * of `npm run test:real`, `test.mjs check` that of `npm run check`. Last line: "N passed, N failed".
 */
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
const layer = process.argv[2] ?? "all";
if (problem !== undefined) refuse(problem);
else {
  const { check, test, testReal } = await import("./setup/test.mjs");
  const run = new Map(Object.entries({ all: test, real: testReal, check })).get(layer);
  if (run === undefined) refuse(`There is no layer "${layer}". It may be all, real or check.`);
  else await run();
}

/** @param {string} why */
function refuse(why) {
  console.error(why);
  process.exitCode = 1;
}
