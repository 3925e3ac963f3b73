import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/bench/ensure-build.js";
import { LabProcess } from "../../scripts/bench/lab-process.js";
import { measureStream } from "../../scripts/bench/measure-stream.js";
import { endLabs } from "../../scripts/setup/end-labs.mjs";
import { ensureOtherNodes } from "../../scripts/setup/other-nodes.mjs";
import { skipNotice, skippedParts } from "../../scripts/setup/skip.mjs";
import { jupyterPython, notebookEnvironment } from "../notebooks/jupyter-program.js";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { type OtherNode, otherNodes } from "./other-nodes.js";

/** Milliseconds the quickstart may take, the start of Jupyter's client and of the kernel with it. */
const quickstartMs = 240_000;

/** A notebook that tells which Node its kernel is. */
const versionNotebook = JSON.stringify({
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
  cells: [
    { cell_type: "code", id: "version", source: "process.version", metadata: {}, outputs: [], execution_count: null },
  ],
});

/** The kernel's spec as set-up writes it, for another Node. Gives the folder for `JUPYTER_PATH`. */
function kernelOn({ path }: OtherNode, jupyterPath: string): string {
  const spec = JSON.parse(readFileSync(join(jupyterPath, "kernels", "tslab", "kernel.json"), "utf8")) as {
    argv: string[];
  };
  const folder = temporaryFolder();
  mkdirSync(join(folder, "kernels", "tslab"), { recursive: true });
  const argv = [path, ...spec.argv.slice(1)];
  writeFileSync(join(folder, "kernels", "tslab", "kernel.json"), JSON.stringify({ ...spec, argv }));
  return folder;
}

async function runQuickstart(node: OtherNode): Promise<string> {
  const { runtimeDir, env } = await notebookEnvironment();
  const folder = temporaryFolder();
  writeFileSync(join(folder, "version.ipynb"), versionNotebook);
  const notebooks = ["notebooks/01-quickstart.ipynb", join(folder, "version.ipynb")];
  const args = ["scripts/run-notebooks.py", ...notebooks, "--output-dir", join(folder, "out")];
  const { code, stdout, stderr } = await runProgram(await jupyterPython(), args, {
    env: { ...env, JUPYTER_PATH: kernelOn(node, String(env.JUPYTER_PATH)) },
    timeoutMs: quickstartMs,
  });
  await endLabs({ runtimeDir, since: 0 });
  expect(code, stdout + stderr).to.equal(0);
  return readFileSync(join(folder, "out", "version.ipynb"), "utf8");
}

describe("other versions of Node", function () {
  this.timeout(quickstartMs + 60_000);
  if (skippedParts().has("nodes")) {
    it("are left out", function () {
      console.log(`      ${skipNotice("nodes")}`);
      this.skip();
    });
    return;
  }
  const nodes = otherNodes();

  before(async () => {
    await ensureBuild(new AbortController().signal);
  });

  it("are on this machine", async function () {
    const { versions } = await ensureOtherNodes({ log: console.log });
    if (nodes.length > 0 || versions.length > 0) return;
    console.log("      none found: name some in LOCALLAB_TEST_NODES, paths separated by commas");
    this.skip();
  });

  for (const node of nodes) {
    it(`run the server and its engine: ${node.version}`, async () => {
      const settings = { model: "sample", modelsDir: null, slots: 1, context: 512, prefillChunk: 128, node: node.path };
      const lab = new LabProcess(settings, new AbortController().signal);
      try {
        const { usage } = await measureStream(await lab.ready(), "The sea", 8);
        expect(usage.completionTokens).to.be.within(1, 8);
      } finally {
        await lab.stop();
      }
    });

    it(`run the kernel and every cell of the quickstart: ${node.version}`, async function () {
      if (skippedParts().has("jupyter")) return this.skip();
      expect(await runQuickstart(node)).to.include(`v${node.version}`);
    });
  }
});
