/** `npm run build`. */
import { ensureBuild } from "./setup/build.mjs";
import { runStep } from "./setup/steps.mjs";

const { ok } = await runStep("build", async (log) => ((await ensureBuild({ log })).built ? "built" : "up to date"));
if (!ok) process.exitCode = 1;
