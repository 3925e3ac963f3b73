import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { jupyterArguments } from "../../scripts/setup/jupyter-arguments.mjs";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { readStartOptions } from "../../scripts/setup/start-options.mjs";
import { starterModelFile } from "../../scripts/setup/starter-model.mjs";
import { leftProcesses } from "../support/left-behind.js";
import { runProgram } from "../support/run-program.js";
import { isStarterModelSkipped, starterModelPath } from "../support/starter-model.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { until } from "../support/until.js";
import { freePort } from "./free-port.js";
import { labEnvironment } from "./jupyter-program.js";

const program = fileURLToPath(new URL("../../scripts/start.mjs", import.meta.url));

/** Variables of a cache folder that has the starter model, or of none where that is left out. */
async function starterModelInCache(): Promise<Record<string, string>> {
  if (isStarterModelSkipped()) return { LOCALLAB_NO_MODEL: "1" };
  const cache = temporaryFolder();
  mkdirSync(join(cache, "models"));
  symlinkSync(await starterModelPath(), starterModelFile(join(cache, "models")));
  return { LOCALLAB_CACHE_DIR: cache };
}

describe("npm start", function () {
  this.timeout(150_000);
  let stopStarted = async (): Promise<void> => {};
  afterEach(() => stopStarted());

  it("takes --check, --no-browser and --port", () => {
    expect(readStartOptions([]).options).to.deep.equal({ check: false, browser: true, model: true, port: undefined });
    expect(readStartOptions(["--no-browser", "--port", "9000"]).options).to.deep.include({
      browser: false,
      port: 9000,
    });
    expect(readStartOptions(["--check", "--port=1"]).options).to.deep.include({ check: true, port: 1 });
  });

  it("refuses anything else in one sentence, before it does anything", async () => {
    const wrong = [
      ["--frob"],
      ["serve"],
      ["--port"],
      ["--port", "0"],
      ["--port", "65536"],
      ["--port=8e3"],
      ["--check=no"],
      ["-c"],
    ];
    for (const args of wrong) {
      const { problem = "" } = readStartOptions(args);
      expect(problem, args.join(" ")).to.match(/^"[^"]+" is not (taken|a flag): npm start takes --check/);
    }
    const { code, stdout, stderr } = await runProgram(process.execPath, [program, "--frob"]);
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
    expect(stderr.trim().split("\n")).to.deep.equal([readStartOptions(["--frob"]).problem]);
  });

  it("opens JupyterLab, or else the classic notebook, on the quickstart", () => {
    const options = { check: false, browser: false, model: true, port: 9000 };
    const lab = jupyterArguments(true, options, true).join(" ");
    expect(lab).to.match(/^-m jupyterlab .*\/lab\/tree\/01-quickstart\.ipynb --port=9000 --no-browser --allow-root$/);
    const classic = jupyterArguments(false, { ...options, browser: true, port: undefined }, false).join(" ");
    expect(classic).to.match(/^-m notebook .*\/notebooks\/01-quickstart\.ipynb$/);
  });

  it("--check executes the quickstart and ends well", async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    const { env } = labEnvironment();
    const { code, stdout, stderr } = await runProgram(process.execPath, [program, "--check"], {
      env: { ...env, ...(await starterModelInCache()) },
      timeoutMs: 140_000,
    });
    expect({ code, stderr }, stdout).to.deep.equal({ code: 0, stderr: "" });
    expect(stdout).to.match(/^quickstart {4}every cell ended well \(\d+\.\d s\)$/m);
    expect(stdout.trim().split("\n").at(-1)).to.match(
      /^Next: npm start {3}opens my-notebooks\/01-quickstart\.ipynb .*http:/,
    );
  });

  it("shows nothing like an error and last Jupyter's address, knows the kernel, and Ctrl-C ends Jupyter and its kernels", async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    const env = { ...labEnvironment().env, LOCALLAB_NO_MODEL: "1" };
    const before = leftProcesses();
    const port = await freePort();
    const args = [program, "--no-browser", "--port", String(port)];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    const closed = once(child, "close");
    stopStarted = async () => {
      child.kill("SIGINT");
      await closed;
    };
    await until(() => /\?token=[0-9a-f]+/.test(said) || child.exitCode !== null, 60_000);
    expect(said.trim().split("\n").length, said).to.be.below(20);
    expect(said.trim().split("\n").at(-1)).to.match(
      /^Open http:\S+\/lab\/tree\/01-quickstart\.ipynb\?token=\w+ {3}Ctrl-C ends Jupyter and its labs\.$/,
    );
    const token = /\?token=([0-9a-f]+)/.exec(said)?.[1];
    const ask = async (path: string, body?: unknown): Promise<Response> =>
      fetch(
        `http://127.0.0.1:${port}${path}?token=${token}`,
        body ? { method: "POST", body: JSON.stringify(body) } : {},
      );
    const page = await ask("/");
    expect(page.status, said).to.equal(200);
    expect(page.url).to.include("01-quickstart.ipynb");
    const { kernelspecs } = (await (await ask("/api/kernelspecs")).json()) as { kernelspecs: Record<string, unknown> };
    expect(kernelspecs).to.have.property("tslab");
    const settings = await ask("/lab/api/settings/@jupyterlab/apputils-extension:notification");
    expect(await settings.json()).to.have.nested.property("settings.fetchNews", "false");
    const session = await ask("/api/sessions", {
      path: "01-quickstart.ipynb",
      name: "",
      type: "notebook",
      kernel: { name: "tslab" },
    });
    expect(session.status).to.equal(201);
    await until(() => /bin\/tslab|kernel-main/.test(leftProcesses().join()));
    child.kill("SIGINT");
    expect((await closed)[0], said).to.equal(0);
    expect(said)
      .to.match(/Jupyter has ended\.\n$/)
      .and.not.match(/error|traceback|warning|exception/i);
    await until(() => leftProcesses().length <= before.length);
  });
});
