import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { ensureJupyterProxy } from "../../scripts/setup/jupyter-proxy.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { Kernel } from "../support/kernel.js";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";

const project = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

describe("%%ts installed by pip", function () {
  this.timeout(240_000);
  let python: Kernel | undefined;

  after(async () => {
    await python?.shutdown();
  });

  it("finds the clone it came from, from any folder", async function () {
    if (skippedParts().has("jupyter-proxy")) return this.skip();
    await ensureBuild({ log: () => {} });
    const program = (await ensureJupyterProxy({ log: console.log })).python;
    const target = join(temporaryFolder(), "packages");
    const pip = ["-m", "pip", "install", "--disable-pip-version-check", "--no-deps", "--target", target];
    const { code, stderr } = await runProgram(program, [...pip, join(project, "scripts/python")], {
      timeoutMs: 200_000,
    });
    expect(code, stderr).to.equal(0);
    const note = readFileSync(join(target, "locallab_notebook/installed_from.json"), "utf8");
    expect(JSON.parse(note)).to.equal(project);
    const folder = temporaryFolder();
    const env = { PYTHONPATH: target, JUPYTER_RUNTIME_DIR: folder, IPYTHONDIR: folder, JUPYTER_PATH: "" };
    python = await Kernel.start({ env, python: program, name: "python3", cwd: temporaryFolder() });
    expect((await python.run("%load_ext locallab_notebook")).status).to.equal("ok");
    expect((await python.run("%ts_kernel")).stdout).to.include(`TypeScript kernel of ${project},`);
    const cell = await python.run(`%%ts\nimport { startLab } from "locallab";\nconsole.log(typeof startLab);`);
    expect([cell.stdout, cell.error]).to.deep.equal(["function\n", undefined]);
  });
});
