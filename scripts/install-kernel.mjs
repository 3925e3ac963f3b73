/** Registers this checkout's TypeScript kernel for the current user, for VS Code and a Jupyter started elsewhere. */
import { ensureBuild } from "./setup/build.mjs";
import { ensureDependencies } from "./setup/dependencies.mjs";
import { userDataFolder, writeKernelSpec } from "./setup/kernel.mjs";
import { runStep } from "./setup/steps.mjs";

const dependencies = await runStep("dependencies", async (log) =>
  (await ensureDependencies({ log })).installed ? "installed" : "up to date",
);
const build = dependencies.ok
  ? await runStep("build", async (log) => ((await ensureBuild({ log })).built ? "built" : "up to date"))
  : dependencies;
if (build.ok) {
  const { file } = writeKernelSpec(userDataFolder(process.env, process.platform));
  console.log(
    `${"kernel".padEnd(13)} ${file}\nReload the VS Code window, then Select Kernel → Jupyter Kernel… → TypeScript.`,
  );
} else {
  process.exitCode = 1;
}
