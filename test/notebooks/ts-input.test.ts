import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { jupyterPython } from "./jupyter-program.js";

const program = fileURLToPath(new URL("ask-in-cell.py", import.meta.url));
const packageFolder = fileURLToPath(new URL("../../scripts/python", import.meta.url));

interface Outcome {
  readonly status: string;
  readonly asked: readonly (readonly [prompt: string, isPassword: boolean])[];
  readonly printed: string;
}

describe("input() in a %%ts cell", function () {
  this.timeout(120_000);

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    await ensureBuild({ log: () => {} });
  });

  const outcomeOf = async (cell: string, ...answers: string[]): Promise<Outcome> => {
    const folder = temporaryFolder();
    const env = {
      PYTHONPATH: packageFolder,
      PYTHONDONTWRITEBYTECODE: "1",
      JUPYTER_RUNTIME_DIR: folder,
      IPYTHONDIR: folder,
    };
    const args = [program, `%%ts\n${cell}`, ...answers];
    const { stdout, stderr } = await runProgram(await jupyterPython(), args, { env, timeoutMs: 100_000 });
    expect(stdout, stderr).to.include("{");
    return JSON.parse(stdout) as Outcome;
  };

  it("asks the reader of the notebook, hidden where it asks for a password", async () => {
    const cell = `const name = await input("Name? ");\nconst key = await input("Key? ", { password: true });\nconsole.log(name + key.length);`;
    expect(await outcomeOf(cell, "Zoë", "secret")).to.deep.equal({
      status: "ok",
      asked: [
        ["Name? ", false],
        ["Key? ", true],
      ],
      printed: "Zoë6\n",
    });
  });

  it("fails at once where nobody can be asked", async () => {
    const { status, asked, printed } = await outcomeOf(`const name = await input("Name? ");`);
    expect([status, asked]).to.deep.equal(["error", []]);
    expect(printed).to.include("Nobody can be asked here");
  });
});
