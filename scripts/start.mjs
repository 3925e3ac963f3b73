/** `npm start`, on a fresh clone too: dependencies, build, then the server in this process, with the arguments given. */
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.versions.node);
if (problem === undefined) {
  const { start } = await import("./setup/start.mjs");
  await start(process.argv.slice(2));
} else {
  console.error(problem);
  process.exitCode = 1;
}
