import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { leftBehind, leftFolders, leftPorts, leftProcesses } from "./left-behind.js";
import { runProgram } from "./run-program.js";
import { temporaryFolder } from "./temp-folder.js";

const impatient = { LOCALLAB_TEST_PATIENCE_MS: "200" };
const sleeper = "setTimeout(() => {}, 60_000)";

describe("left-behind", function () {
  this.timeout(120_000);

  it("names a child process until it has ended", async () => {
    const child = spawn(process.execPath, ["-e", sleeper], { stdio: "ignore" });
    await once(child, "spawn");
    expect(leftProcesses().join("\n")).to.contain(`process ${child.pid}: `);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await leftBehind()).to.deep.equal([]);
  });

  it("names a detached process whose parent has ended", async function () {
    if (!existsSync("/proc/self/environ")) this.skip();
    const parent = `
      const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["-e", ${JSON.stringify(sleeper)}], { detached: true, stdio: "ignore" });
      child.unref();
      console.log(child.pid);`;
    const pid = Number((await runProgram(process.execPath, ["-e", parent])).stdout);
    try {
      expect(leftProcesses().join("\n")).to.contain(`process ${pid}: `);
    } finally {
      process.kill(pid, "SIGKILL");
    }
    expect(await leftBehind()).to.deep.equal([]);
  });

  it("names a port until it is closed", async function () {
    if (!existsSync("/proc/net/tcp")) this.skip();
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    server.unref();
    const { port } = server.address() as AddressInfo;
    expect(leftPorts()).to.deep.equal([`port ${port} is listened on`]);
    server.close();
    await once(server, "close");
    expect(leftPorts()).to.deep.equal([]);
  });

  it("names folders of ours, not those of other programs nor those to be kept", () => {
    const folder = temporaryFolder();
    for (const name of ["locallab-one", "locallab-two", "tsx-0"]) mkdirSync(join(folder, name));
    expect(leftFolders(folder, new Set([join(folder, "locallab-two")]))).to.deep.equal([
      `folder ${join(folder, "locallab-one")}`,
    ]);
  });

  it("fails the group that leaves a folder, and not the next one", async () => {
    const file = join(temporaryFolder(), "leaky.test.mjs");
    const group = (name: string, work: string): string => `describe("${name}", () => it("runs", () => void ${work}));`;
    const make = 'mkdtempSync(join(tmpdir(), "locallab-leak-"))';
    const imports = `import { mkdtempSync } from "node:fs"; import { tmpdir } from "node:os"; import { join } from "node:path";`;
    writeFileSync(file, imports + group("leaky", make) + group("clean", "0"));
    const mocha = join("node_modules", "mocha", "bin", "mocha.js");
    const { stdout } = await runProgram(process.execPath, [mocha, file], { env: impatient, timeoutMs: 60_000 });
    expect(stdout)
      .to.contain("2 passing")
      .and.contain("1 failing")
      .and.match(/1\) leaky\n\s+"after all" hook: leaves nothing behind[\s\S]*folder .*locallab-leak-/);
  });

  it("fails a run whose tests all pass but leave a port open", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "leaky.test.mjs");
    writeFileSync(
      file,
      `import { createServer } from "node:net"; it("leaks", () => void createServer().listen(0).unref());`,
    );
    const mocha = join("node_modules", "mocha", "bin", "mocha.js");
    const { code, stdout } = await runProgram(process.execPath, [mocha, file], { env: impatient, timeoutMs: 60_000 });
    expect(code).to.equal(1);
    expect(stdout).to.contain("1 passing").and.contain("The tests left behind:").and.contain("is listened on");
  });
});
