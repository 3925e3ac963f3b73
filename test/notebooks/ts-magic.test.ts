import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { endLabs } from "../../scripts/setup/end-labs.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { Kernel } from "../support/kernel.js";
import type { CellOutput } from "../support/kernel-cell.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { until } from "../support/until.js";
import { jupyterPython, labEnvironment } from "./jupyter-program.js";
import { endlessContext, endlessOptions } from "./lab-kernel.js";

const packageFolder = fileURLToPath(new URL("../../scripts/python", import.meta.url));

describe("%%ts in a Python notebook", function () {
  this.timeout(120_000);
  let python: Kernel;
  let runtimeDir: string;

  const run = (code: string): Promise<CellOutput> => python.run(code);
  const ts = (code: string, line = ""): Promise<CellOutput> => run(`%%ts ${line}\n${code}`);
  /** A cell that ends well; what it printed, without colours. */
  const printed = async (code: string, line = ""): Promise<string> => {
    const output = await ts(code, line);
    expect({ status: output.status, stderr: output.stderr }, code).to.deep.equal({ status: "ok", stderr: "" });
    return plain(output.stdout);
  };
  const processOf = async (): Promise<number> => Number(/process (\d+)/.exec((await run("%ts_kernel")).stdout)?.[1]);

  const start = async (): Promise<void> => {
    const lab = labEnvironment();
    runtimeDir = lab.runtimeDir;
    const jupyter = { JUPYTER_RUNTIME_DIR: temporaryFolder(), IPYTHONDIR: temporaryFolder(), JUPYTER_PATH: "" };
    const env = { ...lab.env, ...jupyter, PYTHONPATH: packageFolder, PYTHONDONTWRITEBYTECODE: "1" };
    python = await Kernel.start({ env, python: await jupyterPython(), name: "python3" });
    expect((await run("%load_ext locallab_notebook")).status).to.equal("ok");
  };

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    await ensureBuild({ log: () => {} });
    await start();
  });
  after(async () => {
    await python?.shutdown();
    await endLabs({ runtimeDir, since: 0 });
  });

  it("keeps names from cell to cell, beside Python's own", async () => {
    expect(await printed("const answer: number = 40;\nconsole.log(answer + 2);")).to.equal("42\n");
    expect((await run("answer = 'of Python'; print(answer)")).stdout).to.equal("of Python\n");
    expect(await printed("console.log(answer + 3)")).to.equal("43\n");
  });

  it("shows a value that a cell ends with, as it wants to be shown", async () => {
    const value = `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<i>it</i>", "text/plain": "it" }) })`;
    expect((await ts(value)).shown.map(({ states }) => states)).to.deep.equal([["<i>it</i>"]]);
  });

  it("keeps a display up to date, also between cells and during Python's", async () => {
    const cell = await python.begin(
      `%%ts\nimport { newDisplay } from "tslab";\nconst live = newDisplay();\nlive.html("<b>one</b>");\n` +
        `const later = setTimeout(() => live.html("<b>two</b>"), 500);`,
    );
    await cell.ended;
    expect(cell.shown.map(({ states }) => states)).to.deep.equal([["<b>one</b>"]]);
    await cell.until(({ shown }) => shown[0]?.states.at(-1) === "<b>two</b>");
    const busy = await python.begin("import time; time.sleep(3)");
    await ts(`const last = setTimeout(() => live.html("<b>three</b>"), 300);`);
    const sleeping = await python.begin("time.sleep(2)");
    await cell.until(({ shown }) => shown[0]?.states.at(-1) === "<b>three</b>");
    expect(busy.status).to.equal("ok");
    expect(sleeping.status).to.equal(undefined);
    await sleeping.ended;
  });

  it("fails where TypeScript fails, in its words and without Python's traceback", async () => {
    for (const [code, words] of [
      ["const wrong: string = 5;", "Type 'number' is not assignable to type 'string'"],
      [`throw new TypeError("a word of warning");`, "a word of warning"],
    ] as const) {
      const { status, stderr, error } = await ts(code);
      expect(status, code).to.equal("error");
      expect(error?.traceback.join("\n"), code).to.not.match(/Traceback|magics\.py|running_cell/);
      expect(stderr + error?.traceback.join("\n")).to.include(words);
    }
    expect(await printed("console.log(answer)")).to.equal("40\n");
  });

  it("hands values over and takes them back", async () => {
    await run("rows = [{'name': 'Zoë \"Z\"', 'n': 1, 'gap': None}, {'name': 'b', 'n': 2, 'gap': None}]");
    await run("large = ['x' * 100] * 1000; many = set([1])");
    const sum =
      "const sum: number = rows.reduce((total, { n }) => total + n, 0);\n" +
      "const names = Promise.resolve(rows.map((row) => row.name));\nconst size = large.length + many.length;\n" +
      "let nothing;";
    const out = "-o sum --output names -o size -o nothing";
    expect(await printed(sum, `-i rows --input large -i many ${out}`)).to.equal("");
    expect((await run("print(sum, names, size, nothing)")).stdout).to.equal("3 ['Zoë \"Z\"', 'b'] 1001 None\n");
  });

  it("says which value cannot be handed over, and why", async () => {
    await run("import threading; lock = threading.Lock(); gap = [float('nan')]; circle = []; circle.append(circle)");
    for (const [line, words] of [
      ["-i missing", 'No Python variable is called "missing".'],
      ["-i lock", "lock cannot be handed over as JSON: it holds a lock."],
      ["-i gap", "gap cannot be handed over as JSON: "],
      ["-i circle", "circle cannot be handed over as JSON: "],
      ["-i a-b", '"a-b" is not a name that both Python and TypeScript have'],
    ] as const) {
      const { status, error, stdout } = await ts(`console.log("was run")`, line);
      expect([status, stdout], line).to.deep.equal(["error", ""]);
      expect(error?.traceback.join("\n"), line).to.include(words).and.not.include("Traceback");
    }
  });

  it("shows a lab's card and streams an answer, as a TypeScript notebook does", async () => {
    await printed(
      `import { startLab } from "locallab";\nconst lab = await startLab({ name: "python", port: 0, gpu: "off", context: ${endlessContext} });`,
    );
    const answer = await ts(`await lab.show("The sea", { max_length: 20 });`);
    expect(answer.status).to.equal("ok");
    expect(JSON.stringify(answer.shown)).to.include("The sea");
    expect(await printed(`console.log((await lab.generate("The sea", { max_length: 4 })).text.length > 0)`)).to.equal(
      "true\n",
    );
  });

  it("stops at once where Python is interrupted, and the cell says so", async () => {
    const cell = await python.begin(
      `%%ts\nawait lab.show(${JSON.stringify(endlessPrompt)}, ${JSON.stringify(endlessOptions)});`,
    );
    await cell.until(({ shown }) => shown.some(({ states }) => states.length > 2));
    const began = performance.now();
    await python.interrupt();
    const { status, error, shown } = await cell.ended;
    expect(performance.now() - began).to.be.below(5_000);
    expect(status).to.equal("error");
    expect(error?.traceback.join("\n")).to.not.include("Traceback");
    expect(JSON.stringify(shown.map(({ states }) => states.at(-1)))).to.include("cancelled");
    expect(await printed("console.log(answer)")).to.equal("40\n");
  });

  it("completes and explains TypeScript", async () => {
    const code = "%%ts\nlab.gene";
    expect(await python.complete(code)).to.include("generate");
    expect(await python.hover("%%ts\nlab.generate", "generate")).to.include("Continues a text");
    expect(await python.complete("%%ts")).to.not.include("generate");
    await run("python_name = 1");
    expect(await python.complete("python_na")).to.include("python_name");
  });

  it("runs in a new kernel after %ts_restart, and says which", async () => {
    const before = await processOf();
    expect((await run("%ts_restart")).status).to.equal("ok");
    const now = await processOf();
    expect(now).to.not.equal(before);
    await until(() => !isAlive(before));
    expect((await ts("console.log(answer)")).status).to.equal("error");
  });

  it("says that its kernel died, and runs the next cell in a new one", async () => {
    const before = await processOf();
    const cell = await python.begin(`%%ts\nconsole.log("runs");\nconst never = await new Promise(() => {});`);
    await cell.until(({ stdout }) => stdout.includes("runs"));
    process.kill(before, "SIGKILL");
    const { status, error } = await cell.ended;
    expect([status, error?.traceback.join("\n").includes("The TypeScript kernel has ended")]).to.deep.equal([
      "error",
      true,
    ]);
    expect(await printed("console.log(1 + 1)")).to.equal("2\n");
  });

  it("names the folder where a clone is missing or is none", async () => {
    const { status, error } = await run("%ts_kernel /tmp");
    expect(status).to.equal("error");
    expect(error?.evalue).to.equal("/tmp is not a clone of LocalLab: no package.json of locallab lies in it.");
  });

  it("ends with the Python kernel, when that is restarted", async () => {
    const before = await processOf();
    await python.restart();
    await until(() => !isAlive(before));
    expect((await run("%load_ext locallab_notebook")).status).to.equal("ok");
    expect(await printed("console.log('again')")).to.equal("again\n");
  });

  it("ends with the Python kernel, when that is killed and can say nothing", async () => {
    const before = await processOf();
    await python.kill();
    await until(() => !isAlive(before));
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
const plain = (text: string): string => text.replace(/\u001b\[[0-9;]*m/g, "");
