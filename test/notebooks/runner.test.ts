import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { leftBehind } from "../support/left-behind.js";
import { type ProgramResult, runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { until } from "../support/until.js";
import { jupyterPython, notebookEnvironment } from "./jupyter-program.js";

const runner = fileURLToPath(new URL("../../scripts/run-notebooks.py", import.meta.url));

describe("the notebook runner", function () {
  this.timeout(150_000);
  let folder: string;

  before(function () {
    if (skippedParts().has("jupyter")) this.skip();
  });
  beforeEach(() => {
    folder = temporaryFolder();
  });

  /** Runs notebooks of these cells, called 0.ipynb, 1.ipynb and so on. */
  async function run(notebooks: readonly (readonly string[])[], ...options: string[]): Promise<ProgramResult> {
    const { env } = await notebookEnvironment();
    const args = [runner, ...notebooks.map((cells, index) => notebook(`${index}`, cells)), ...options];
    return runProgram(await jupyterPython(), args, { env, timeoutMs: 120_000 });
  }

  /** Path of a new notebook of these cells. */
  function notebook(name: string, cells: readonly string[], kernel = "tslab"): string {
    const path = join(folder, `${name}.ipynb`);
    const code = cells.map((source, number) => ({
      cell_type: "code",
      id: `cell-${number}`,
      source,
      metadata: {},
      outputs: [],
      execution_count: null,
    }));
    const kernelspec = { name: kernel, display_name: "TypeScript", language: "typescript" };
    writeFileSync(path, JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells: code }));
    return path;
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

  it("ends a notebook that takes too long, and its kernel with it, though that hears nothing", async () => {
    const { code, stdout } = await run([["1", "while (true) {}"], ["1 + 1"]], "--limit", "20", "--timeout", "100");
    expect(code).to.equal(1);
    expect(stdout).to.match(/^not ok - .*0\.ipynb .*: it took longer than 20 s, at last for cell 2$/m);
    expect(stdout).to.match(/^ok - .*1\.ipynb/m);
    expect(await leftBehind()).to.deep.equal([]);
  });

  it("starts a kernel anew that does not answer, as one whose port another program took", async () => {
    const { env } = await notebookEnvironment();
    const spec = JSON.parse(readFileSync(join(String(env.JUPYTER_PATH), "kernels/tslab/kernel.json"), "utf8"));
    const script = `[ -e ${folder}/first ] && exec "$@"; touch ${folder}/first; exec sleep 600`;
    mkdirSync(join(folder, "kernels", "slow"), { recursive: true });
    writeFileSync(
      join(folder, "kernels", "slow", "kernel.json"),
      JSON.stringify({ ...spec, argv: ["/bin/sh", "-c", script, "slow", ...spec.argv] }),
    );
    const { code, stdout } = await runProgram(
      await jupyterPython(),
      [runner, notebook("0", ["40 + 2"], "slow"), "--kernel-timeout", "15"],
      { env: { ...env, JUPYTER_PATH: folder }, timeoutMs: 120_000 },
    );
    expect({ code }, stdout).to.deep.equal({ code: 0 });
    expect(existsSync(join(folder, "first"))).to.equal(true);
    expect(await leftBehind()).to.deep.equal([]);
  });

  it("ends the kernel when it is ended itself", async () => {
    const { env } = await notebookEnvironment();
    const began = join(folder, "began");
    const cell = `require("fs").writeFileSync(${JSON.stringify(began)}, "");\nawait new Promise(() => {});`;
    const child = spawn(await jupyterPython(), [runner, notebook("0", [cell])], {
      env: { ...process.env, ...env },
      stdio: "ignore",
    });
    const ended = once(child, "exit");
    await until(() => existsSync(began), 100_000);
    child.kill("SIGTERM");
    expect((await ended)[0]).to.equal(130);
    expect(await leftBehind()).to.deep.equal([]);
  });

  it("says that a notebook's kernel is not there", async () => {
    const { env } = await notebookEnvironment();
    const { code, stdout } = await runProgram(await jupyterPython(), [runner, notebook("0", ["1"], "none")], { env });
    expect(code).to.equal(1);
    expect(stdout).to.include('there is no kernel "none" here');
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
