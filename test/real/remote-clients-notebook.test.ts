/** The notebook of remote clients on real models: the starter model, and one for embeddings. */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { endLabs } from "../../scripts/setup/end-labs.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { jupyterPython, notebookEnvironment } from "../notebooks/jupyter-program.js";
import { cellWith, notebookFolder, readNotebook } from "../notebooks/notebook-file.js";
import { embeddingModelId, embeddingModelsFolder, isEmbeddingModelSkipped } from "../support/embedding-model.js";
import { runProgram } from "../support/run-program.js";
import { starterId, starterModelsFolder } from "../support/starter-server.js";
import { temporaryFolder } from "../support/temp-folder.js";

const name = "03-remote-clients.ipynb";
const runner = fileURLToPath(new URL("../../scripts/run-notebooks.py", import.meta.url));

describe("the notebook of remote clients", () => {
  it("runs on the starter model, which calls the tool it is given, beside a real model for embeddings", async function () {
    if (skippedParts().has("jupyter") || isEmbeddingModelSkipped()) return this.skip();
    this.timeout(600_000);
    await ensureBuild({ log: () => {} });
    const modelsDir = await starterModelsFolder();
    const file = `${embeddingModelId}.gguf`;
    copyFileSync(join(await embeddingModelsFolder(), file), join(modelsDir, file));
    const folder = temporaryFolder();
    const { runtimeDir, env } = await notebookEnvironment();
    const own = { ...env, LOCALLAB_MODELS_DIR: modelsDir, LOCALLAB_MODEL: starterId };
    const args = [runner, join(notebookFolder, name), "--limit", "400", "--output-dir", folder];
    const { code, stdout } = await runProgram(await jupyterPython(), args, { env: own, timeoutMs: 500_000 });
    await endLabs({ runtimeDir, since: 0 });
    expect(code, stdout).to.equal(0);
    const remote = readNotebook(folder, name);
    expect(cellWith(remote, "const tools").stdout).to.match(/^get_weather \{"city": ?"(Paris|Oslo)"\}\n$/);
    const likeness = /kitten: (\d\.\d\d)\na cat and the market: (-?\d\.\d\d)/.exec(cellWith(remote, "embedder").stdout);
    expect(Number(likeness?.[1])).to.be.greaterThan(0.6);
    expect(Number(likeness?.[2])).to.be.below(0.3);
    expect(cellWith(remote, "lab.requests()").value).to.include("/v1/embeddings");
  });
});
