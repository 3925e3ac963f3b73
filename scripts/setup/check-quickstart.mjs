/** What `npm start -- --check` does after the set-up. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endLabs } from "./end-labs.mjs";
import { firstNotebook } from "./jupyter-arguments.mjs";
import { jupyterEnvironment } from "./jupyter-environment.mjs";
import { mustRun } from "./run-command.mjs";
import { runStep } from "./steps.mjs";

/**
 * Executes the quickstart in a kernel of its own, beside whatever labs run. Gives the exit code.
 *
 * @param {import("./start.mjs").JupyterParts} parts
 */
export async function checkQuickstart({ python, jupyterPath }) {
  const runtimeDir = mkdtempSync(join(tmpdir(), "locallab-check-"));
  const env = { ...jupyterEnvironment(jupyterPath), LOCALLAB_RUNTIME_DIR: runtimeDir };
  try {
    const { ok } = await runStep("quickstart", async () => {
      await mustRun(python, ["scripts/run-notebooks.py", `notebooks/${firstNotebook}`], { env });
      return "every cell ended well";
    });
    if (ok)
      console.log(
        `\nNext: npm start   opens my-notebooks/${firstNotebook} in JupyterLab, at http://localhost:8888 if that is free.`,
      );
    return ok ? 0 : 1;
  } finally {
    // a notebook that failed leaves its lab, which would stay until nobody asked for it any more
    await endLabs({ runtimeDir, since: 0 });
    rmSync(runtimeDir, { recursive: true, force: true });
  }
}
