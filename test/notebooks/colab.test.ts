import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { endLabs } from "../../scripts/setup/end-labs.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { Kernel } from "../support/kernel.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { jupyterPython, labEnvironment } from "./jupyter-program.js";

const project = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const page = readFileSync(join(project, "docs/colab.md"), "utf8");

/** The page's Python cells, with the places of a test in place of Colab's. */
function cells(): string[] {
  const places = [
    ['FOLDER = "/content/locallab"', `FOLDER = ${JSON.stringify(project)}`],
    ["await startLab()", `await startLab({ name: "colab", port: 0, model: "sample", gpu: "off" })`],
  ] as const;
  for (const [old] of places) expect(page).to.include(old);
  const code = [...page.matchAll(/^```python\n(.*?)^```$/gms)].map(([, cell = ""]) => cell);
  return code.map((cell) => places.reduce((text, [old, now]) => text.replace(old, now), cell));
}

describe("the cells for Colab", function () {
  this.timeout(120_000);
  let python: Kernel | undefined;
  let runtimeDir = "";

  before(function () {
    if (skippedParts().has("jupyter")) this.skip();
  });
  after(async () => {
    await python?.shutdown();
    await endLabs({ runtimeDir, since: 0 });
  });

  it("end well in a Python notebook, from the set-up to the lab's end", async () => {
    await ensureBuild({ log: () => {} });
    const lab = labEnvironment();
    runtimeDir = lab.runtimeDir;
    const folder = temporaryFolder();
    const env = { ...lab.env, JUPYTER_RUNTIME_DIR: folder, IPYTHONDIR: folder, PYTHONDONTWRITEBYTECODE: "1" };
    python = await Kernel.start({ env, python: await jupyterPython(), name: "python3", cwd: temporaryFolder() });
    let printed = "";
    for (const code of cells()) {
      const { status, stdout, stderr, error } = await python.run(code);
      expect({ status, stderr, error }, code).to.deep.equal({ status: "ok", stderr: "", error: undefined });
      printed += stdout;
    }
    for (const prompt of ["The sea", "A fox", "Once upon a time"]) expect(printed).to.include(`${prompt} → `);
  });
});
