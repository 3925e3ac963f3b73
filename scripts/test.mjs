/** `npm test`, on a fresh clone too: sets up what is missing, then every check and test. Last line: "N passed, N failed". */
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  const { test } = await import("./setup/test.mjs");
  await test();
} else {
  console.error(problem);
  process.exitCode = 1;
}
