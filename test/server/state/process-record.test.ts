import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseStat, processIdentity } from "../../../src/server/state/process-identity.js";
import { endLeftProcesses, ProcessRecord } from "../../../src/server/state/process-record.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("the record of a server's processes", () => {
  let folder: string;
  let child: ChildProcess;
  let pid: number;
  const file = (): string => join(folder, "default.processes.json");
  beforeEach(async () => {
    folder = join(temporaryFolder(), "run");
    child = spawn("sleep", ["1000"]);
    child.on("error", () => {});
    await once(child, "spawn");
    pid = child.pid as number;
  });
  afterEach(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  });

  it("lets the next server end what hangs, a stopped process as well", async () => {
    new ProcessRecord(folder, "default").add(pid);
    process.kill(pid, "SIGSTOP");
    const exited = once(child, "exit");
    expect(endLeftProcesses(folder, "default")).to.deep.equal([pid]);
    expect((await exited)[1]).to.equal("SIGKILL");
    expect(existsSync(file())).to.equal(false);
  });

  it("never ends a process that has the number of a dead one", () => {
    mkdirSync(folder, { mode: 0o700 });
    for (const processStart of ["1@another-boot", "", null, undefined]) {
      writeFileSync(file(), JSON.stringify([{ pid, processStart }, null, 5]), { mode: 0o600 });
      expect(endLeftProcesses(folder, "default")).to.deep.equal([]);
    }
    expect(processIdentity(pid)).to.be.a("string");
  });

  it("is not believed where another could have written it", () => {
    new ProcessRecord(folder, "default").add(pid);
    const text = readFileSync(file());
    writeFileSync(join(folder, "other.processes.json"), text, { mode: 0o666 & ~0o022 });
    expect(endLeftProcesses(folder, "third")).to.deep.equal([]);
    expect(processIdentity(pid)).to.be.a("string");
  });

  it("forgets those that have ended, and goes when none is left", async () => {
    const record = new ProcessRecord(folder, "default");
    record.add(pid);
    record.close();
    expect(existsSync(file()), "while one runs").to.equal(true);
    child.kill("SIGKILL");
    await once(child, "exit");
    record.add(process.pid);
    expect(JSON.parse(readFileSync(file(), "utf8")).map((one: { pid: number }) => one.pid)).to.deep.equal([
      process.pid,
    ]);
  });

  it("goes at the end of a process that waits for nothing, also when a large child takes its time to die", async () => {
    const large = spawn(process.execPath, [
      "-e",
      "const all=Buffer.alloc(7e8,1);console.log(all[1]);setInterval(()=>{},9e6)",
    ]);
    try {
      await once(large.stdout, "data");
      const record = new ProcessRecord(folder, "default");
      record.add(pid);
      record.add(large.pid as number);
      record.endNow();
      record.close();
      expect(existsSync(file())).to.equal(false);
    } finally {
      large.kill("SIGKILL");
    }
  });

  it("stays when a child outlives the patience", () => {
    const record = new ProcessRecord(folder, "default");
    record.add(process.pid);
    const alive = process.kill;
    process.kill = () => true;
    try {
      record.endNow(30);
    } finally {
      process.kill = alive;
    }
    record.close();
    expect(existsSync(file())).to.equal(true);
  });

  it("knows a process by its start, however it is called, and none that is dead", () => {
    const stat = `7 (a ) R (b) S 1 7 7 0 -1 ${"0 ".repeat(13)}4711 99`;
    expect(parseStat(stat)).to.deep.equal({ state: "S", start: "4711" });
    expect(processIdentity(process.pid)).to.equal(processIdentity(process.pid));
    for (const nobody of [0, -1, 1.5, Number.NaN, 2 ** 30]) expect(processIdentity(nobody)).to.equal(null);
  });
});
