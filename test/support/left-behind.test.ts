import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { leftBehind, leftPorts, leftProcesses } from "./left-behind.js";
import { runProgram } from "./run-program.js";
import { temporaryFolder } from "./temp-folder.js";

const sleeper = "setTimeout(() => {}, 60_000)";

describe("left-behind", () => {
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

  it("fails a run whose tests all pass but leave a port open", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "leaky.test.mjs");
    writeFileSync(
      file,
      `import { createServer } from "node:net"; it("leaks", () => void createServer().listen(0).unref());`,
    );
    const mocha = join("node_modules", "mocha", "bin", "mocha.js");
    const { code, stdout } = await runProgram(process.execPath, [mocha, file]);
    expect(code).to.equal(1);
    expect(stdout).to.contain("1 passing").and.contain("The tests left behind:").and.contain("is listened on");
  });
});
