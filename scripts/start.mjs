/** `npm start`, on a fresh clone too: sets up what is missing, then opens Jupyter on the quickstart notebook. */
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  const { start } = await import("./setup/start.mjs");
  await start(process.argv.slice(2));
} else {
  console.error(problem);
  process.exitCode = 1;
}
