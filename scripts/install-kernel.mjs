/** Registers this checkout's TypeScript kernel for the current user, for VS Code and a Jupyter started elsewhere. */
import { ensureDependencies } from "./setup/dependencies.mjs";
import { userDataFolder, writeKernelSpec } from "./setup/kernel.mjs";
import { runStep } from "./setup/steps.mjs";

const { ok } = await runStep("dependencies", async (log) =>
  (await ensureDependencies({ log })).installed ? "installed" : "up to date",
);
if (ok) {
  const { file } = writeKernelSpec(userDataFolder(process.env, process.platform));
  console.log(
    `${"kernel".padEnd(13)} ${file}\nReload the VS Code window, then Select Kernel → Jupyter Kernel… → TypeScript.`,
  );
} else {
  process.exitCode = 1;
}
