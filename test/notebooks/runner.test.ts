import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { type ProgramResult, runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { jupyterPython, notebookEnvironment } from "./jupyter-program.js";

const runner = fileURLToPath(new URL("../../scripts/run-notebooks.py", import.meta.url));

describe("the notebook runner", function () {
  this.timeout(60_000);
  let folder: string;

  before(function () {
    if (skippedParts().has("jupyter")) this.skip();
  });
  beforeEach(() => {
    folder = temporaryFolder();
  });

  /** Runs notebooks of these cells, called 0.ipynb, 1.ipynb and so on. */
  async function run(notebooks: readonly (readonly string[])[], ...options: string[]): Promise<ProgramResult> {
    const paths = notebooks.map((cells, index) => {
      const path = join(folder, `${index}.ipynb`);
      const code = cells.map((source, number) => ({
        cell_type: "code",
        id: `cell-${number}`,
        source,
        metadata: {},
        outputs: [],
        execution_count: null,
      }));
      const kernelspec = { name: "tslab", display_name: "TypeScript", language: "typescript" };
      writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: code }));
      return path;
    });
    const { env } = await notebookEnvironment();
    return runProgram(await jupyterPython(), [runner, ...paths, ...options], { env, timeoutMs: 50_000 });
  }

  it("stops at the first failing cell, shows it with what it said, and goes on with the next notebook", async () => {
    const failing = ["let count = 1;", `count += 1;\nthrow new Error("no more " + count);`, "count = 3;"];
    const { code, stdout } = await run([failing, ["1 + 1"]]);
    expect(code).to.equal(1);
    expect(stdout).to.match(/^not ok - .*0\.ipynb \(\d+\.\d s\): a cell failed$/m);
    expect(stdout).to.match(/^ {2}code cell 2:\n {4}\| count \+= 1;\n {4}\| throw .*\n(.*\n)*.*no more 2/m);
    expect(stdout).to.match(/^ok - .*1\.ipynb \(\d+\.\d s\)$/m);
  });

  it("fails on a type error, and on an error in the background that no cell reports", async () => {
    const late = `setTimeout(() => { throw new Error("behind your back"); }, 20);`;
    const meanwhile = "await new Promise((resolve) => setTimeout(resolve, 300));";
    const { code, stdout } = await run([[`const text: number = "one";`], [`${late}\n${meanwhile}`]]);
    expect(code).to.equal(1);
    expect(stdout).to.include("Type 'string' is not assignable to type 'number'");
    expect(stdout)
      .to.match(/1\.ipynb .*: something was written to stderr/)
      .and.include("behind your back");
  });

  it("ends a cell that takes too long", async () => {
    const { code, stdout } = await run([["await new Promise(() => {});"]], "--timeout", "1");
    expect(code).to.equal(1);
    expect(stdout).to.include("a cell took longer than 1 s");
  });

  it("saves what was executed, and as HTML", async () => {
    const out = join(folder, "out");
    expect((await run([["40 + 2"]], "--output-dir", out, "--html", "dark")).code).to.equal(0);
    expect(readFileSync(join(out, "0.ipynb"), "utf8")).to.include("42");
    expect(readFileSync(join(out, "0.dark.html"), "utf8")).to.include("42");
    expect(existsSync(join(out, "0.light.html"))).to.equal(false);
  });

  it("refuses --html without a folder for it", async () => {
    const { code, stderr } = await run([["1"]], "--html", "both");
    expect(code).to.equal(2);
    expect(stderr).to.include("--html needs --output-dir");
  });
});
