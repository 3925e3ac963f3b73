import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { ensureChromium } from "../../scripts/setup/chromium.mjs";
import { findPrograms } from "../../scripts/setup/find-program.mjs";
import { ensureKernel, userDataFolder, writeKernelSpec } from "../../scripts/setup/kernel.mjs";
import { mustRun, runCommand } from "../../scripts/setup/run-command.mjs";
import { skipNotice, skippedParts } from "../../scripts/setup/skip.mjs";
import { runStep } from "../../scripts/setup/steps.mjs";
import { leftBehind } from "../support/left-behind.js";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";

const silent = { log: () => {} };

/** Path of a new program that is a shell script. */
function program(name: string, script: string): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function messageOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

describe("set-up: build", () => {
  it("does nothing when it was built from these sources", async () => {
    await ensureBuild(silent);
    const { built, folder } = await ensureBuild(silent);
    expect(built).to.equal(false);
    expect(existsSync(join(folder, "server", "main.js"))).to.equal(true);
  });
});

describe("set-up: programs", () => {
  it("finds programs in PATH by name and elsewhere by path, only those that can run", () => {
    const path = program("tool", "exit 0");
    const file = join(dirname(path), "text");
    writeFileSync(file, "");
    expect(findPrograms(["tool", path, file, "/none/tool"], `relative:${dirname(path)}`)).to.deep.equal([path]);
  });

  it("tells the exit code and output of a program, and 127 when there is none", async () => {
    expect(await runCommand("/bin/sh", ["-c", "echo out; exit 3"])).to.deep.equal({ code: 3, output: "out\n" });
    expect((await runCommand("/none/tool", [])).code).to.equal(127);
  });

  it("ends the program it waits for when it is told to end itself", async () => {
    const module = JSON.stringify(join(process.cwd(), "scripts", "setup", "run-command.mjs"));
    const script = "kill -TERM $PPID; exec sleep 60";
    const source = `const { runCommand } = await import(${module}); await runCommand("/bin/sh", ["-c", ${JSON.stringify(script)}]);`;
    const { code } = await runProgram(process.execPath, ["--input-type=module", "-e", source]);
    expect(code).to.equal(143);
    expect(await leftBehind()).to.deep.equal([]);
  });

  it("ends a program that takes too long", async () => {
    expect((await runCommand("sleep", ["60"], { timeoutMs: 50 })).code).to.equal(1);
  });

  it("says which command failed and how its output ended", async () => {
    const script = "for i in $(seq 50); do echo line$i; done; exit 4";
    const message = await messageOf(() => mustRun("/bin/sh", ["-c", script]));
    expect(message)
      .to.match(/^"\/bin\/sh -c .*" ended with code 4:\nline11\n/)
      .and.match(/line50$/);
  });

  it("uses a Chromium that tells its version and passes over one that does not run", async () => {
    const broken = program("chromium-broken", "exit 1");
    const good = program("chromium-good", "echo Chromium 140.0.1");
    const found = await ensureChromium({ ...silent, browsers: [broken, good] });
    expect(found).to.deep.equal({ path: good, version: "140.0.1", source: "found" });
  });
});

describe("set-up: kernel", () => {
  before(() => ensureBuild(silent));

  it("writes a spec into the project that starts the kernel by absolute paths", async () => {
    const { jupyterPath, file } = await ensureKernel();
    expect(file).to.equal(join(jupyterPath, "kernels", "tslab", "kernel.json"));
    const { argv } = JSON.parse(readFileSync(file, "utf8")) as { argv: string[] };
    const [node, flag, program = "", ...args] = argv;
    expect([node, flag]).to.deep.equal([process.execPath, "--expose-internals"]);
    expect(existsSync(program), program).to.equal(true);
    expect(args).to.deep.equal(["--connection-file", "{connection_file}"]);
  });

  it("leaves a spec alone that says the same and mends one that does not", () => {
    const folder = temporaryFolder();
    const { file, written } = writeKernelSpec(folder);
    const text = readFileSync(file, "utf8");
    expect([written, writeKernelSpec(folder).written]).to.deep.equal([true, false]);
    writeFileSync(file, "{}");
    expect(writeKernelSpec(folder).written).to.equal(true);
    expect(readFileSync(file, "utf8")).to.equal(text);
  });

  it("knows the user's Jupyter folder on each platform", () => {
    expect(userDataFolder({ JUPYTER_DATA_DIR: "/data" }, "linux")).to.equal("/data");
    expect(userDataFolder({ XDG_DATA_HOME: "/share" }, "linux")).to.equal("/share/jupyter");
    expect(userDataFolder({}, "linux")).to.match(/\/\.local\/share\/jupyter$/);
    expect(userDataFolder({}, "darwin")).to.match(/\/Library\/Jupyter$/);
  });
});

describe("set-up: what is shown", () => {
  it("shows a step's lines and its result with seconds", async () => {
    const lines: string[] = [];
    const work = async (log: (line: string) => void): Promise<string> => {
      log("working …");
      return "done";
    };
    const { ok, summary } = await runStep("build", work, { print: (line) => lines.push(line) });
    expect({ ok, summary }).to.deep.equal({ ok: true, summary: "done" });
    expect(lines[0]).to.equal("build         working …");
    expect(lines[1]).to.match(/^build {9}done \(\d+\.\d s\)$/);
  });

  it("turns an error into the step's result", async () => {
    const fail = async (): Promise<string> => Promise.reject(new Error("no disk left"));
    const { ok, summary } = await runStep("build", fail, { print: () => {} });
    expect({ ok, summary }).to.deep.equal({ ok: false, summary: "no disk left" });
  });

  it("reads which parts of the tests to skip and refuses names it does not know", async () => {
    expect([...skippedParts("")]).to.deep.equal([]);
    expect([...skippedParts(" browser,redis ,")]).to.deep.equal(["browser", "redis"]);
    const message = await messageOf(() => skippedParts("browser,constructor"));
    expect(message).to.match(/^LOCALLAB_TEST_SKIP names "constructor"\. It may name browser, .*jupyter.*\.$/);
    expect(skipNotice("browser")).to.match(/^SKIPPED because LOCALLAB_TEST_SKIP names browser: /);
  });
});
