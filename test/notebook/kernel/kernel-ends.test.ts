import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { ensureBuild } from "../../../scripts/setup/build.mjs";
import { skippedParts } from "../../../scripts/setup/skip.mjs";
import { isOrphan } from "../../../src/notebook/kernel/entry/channels/watch-parent.js";
import { Kernel } from "../../support/kernel.js";
import { type ProgramResult, runProgram } from "../../support/run-program.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { until } from "../../support/until.js";

const program = fileURLToPath(new URL("../../../dist/notebook/kernel/entry/kernel-main.js", import.meta.url));

describe("a kernel's end", function () {
  this.timeout(60_000);
  let kernel: Kernel | undefined;

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    await ensureBuild({ log: () => {} });
  });
  afterEach(() => kernel?.end());

  const busyCells: readonly (readonly [what: string, code: string])[] = [
    [
      "an open server, a timer and a stream",
      `require("node:http").createServer().listen(0); setInterval(() => console.log("on"), 20);`,
    ],
    ["a cell that waits", "await new Promise(() => {});"],
    ["a cell that computes behind an await", "await null; for (;;) {}"],
  ];
  for (const [what, code] of busyCells)
    it(`comes at once when Jupyter asks, exit hooks run, with ${what}`, async () => {
      const mark = join(temporaryFolder(), "mark");
      kernel = await Kernel.start();
      await kernel.run(
        `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(mark)}, "gone")); undefined`,
      );
      const cell = await kernel.begin(`console.log("on"); ${code}`);
      await cell.until(({ stdout }) => stdout.includes("on"));
      // Jupyter sends a signal after 2.5 s
      expect(await kernel.shutdown()).to.be.below(2.4);
      expect(readFileSync(mark, "utf8")).to.equal("gone");
    });

  it("is followed by a new kernel that answers soon and knows nothing", async () => {
    kernel = await Kernel.start();
    await kernel.run("const old = 1;");
    // the aim is 0.5 s
    expect(await kernel.restart()).to.be.below(5);
    expect((await kernel.run("old")).error?.evalue).to.equal("Cannot find name 'old'.");
  });

  it("comes when the Jupyter that started it is killed", async () => {
    const folder = temporaryFolder();
    const mark = join(folder, "mark");
    const { file } = connectionFile(folder);
    // as a Jupyter would, a process starts it and is killed
    const script = `const child = require("node:child_process").spawn(process.execPath, [${JSON.stringify(program)}, "--connection-file", ${JSON.stringify(file)}], { detached: true, stdio: "ignore", env: { ...process.env, JPY_PARENT_PID: String(process.pid) } }); require("node:fs").writeFileSync(${JSON.stringify(mark)}, String(child.pid)); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ["-e", script], { stdio: "ignore" });
    const gone = once(parent, "exit");
    await until(() => existsSync(mark) && readFileSync(mark, "utf8") !== "");
    const pid = Number(readFileSync(mark, "utf8"));
    expect(isThere(pid)).to.equal(true);
    parent.kill("SIGKILL");
    await gone;
    await until(() => !isThere(pid), 30_000);
  });

  it("is told by who the parent is and was", () => {
    const alive = (parent: number, ...others: number[]) => ({
      parent: () => parent,
      exists: (pid: number) => others.includes(pid),
    });
    expect(isOrphan(7, 7, alive(7, 7))).to.equal(false);
    expect(isOrphan(7, 7, alive(1, 7))).to.equal(true);
    expect(isOrphan(7, undefined, alive(7))).to.equal(false);
    expect(isOrphan(7, undefined, alive(900))).to.equal(true);
    expect(isOrphan(7, 5, alive(1, 5))).to.equal(false);
    expect(isOrphan(7, 5, alive(7))).to.equal(true);
    expect(isOrphan(1, undefined, alive(1))).to.equal(false);
  });

  it("comes at its start, with a sentence, when a port is taken or the file is none", async () => {
    const folder = temporaryFolder();
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const { file } = connectionFile(folder, { hb_port: port });
    const start = (path: string): Promise<ProgramResult> =>
      runProgram(process.execPath, [program, "--connection-file", path], { timeoutMs: 30_000 });
    const refused = await start(file);
    expect([refused.code, refused.stderr]).to.deep.equal([
      1,
      `The heartbeat address tcp://127.0.0.1:${port} is taken by another program. Start the kernel again: Jupyter chooses other ports.\n`,
    ]);
    taken.close();
    writeFileSync(file, `{ "transport": "tcp" }`);
    expect((await start(file)).stderr).to.equal(`The connection file ${file} is none of Jupyter's: it has no ip\n`);
    expect((await start(join(folder, "none.json"))).stderr).to.include("cannot be read: ENOENT");
  });

  it("does not come from ipc addresses", async () => {
    const folder = temporaryFolder();
    const { file } = connectionFile(folder, { transport: "ipc", ip: join(folder, "kernel") });
    const child = spawn(process.execPath, [program, "--connection-file", file], { stdio: "ignore" });
    await until(() => existsSync(join(folder, "kernel-5")), 30_000);
    child.kill("SIGKILL");
    await once(child, "exit");
  });
});

/** A connection file as Jupyter writes them; ports that the system chooses. */
function connectionFile(folder: string, fields: object = {}): { file: string } {
  const file = join(folder, "kernel.json");
  const ports =
    "transport" in fields
      ? { shell_port: 1, iopub_port: 2, stdin_port: 3, control_port: 4, hb_port: 5 }
      : { shell_port: 0, iopub_port: 0, stdin_port: 0, control_port: 0, hb_port: 0 };
  writeFileSync(
    file,
    JSON.stringify({
      ...ports,
      transport: "tcp",
      ip: "127.0.0.1",
      key: "k",
      signature_scheme: "hmac-sha256",
      ...fields,
    }),
  );
  return { file };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
