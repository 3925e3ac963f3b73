import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { claimName } from "../../../src/server/state/claim-name.js";
import { processStart } from "../../../src/server/state/process-start.js";
import {
  type LabState,
  readState,
  removeState,
  stateFilePath,
  writeState,
} from "../../../src/server/state/state-file.js";

describe("the state file", () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "locallab-state-")), "run");
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  const state = (over: Partial<LabState> = {}): LabState => ({
    name: "default",
    pid: process.pid,
    processStart: processStart(process.pid) ?? "",
    version: "0.0.0",
    url: "http://127.0.0.1:1",
    ownerKey: "key",
    apiKey: null,
    logFile: null,
    flags: {},
    settings: {},
    ...over,
  });

  it("is read back while its process runs", () => {
    writeState(folder, state());
    expect(readState(folder, "default")).to.deep.equal(state());
  });

  it("can be read by its owner only", () => {
    writeState(folder, state());
    expect(statSync(stateFilePath(folder, "default")).mode & 0o777).to.equal(0o600);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
  });

  it("is removed when its process is dead", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    const pid = child.pid as number;
    const start = processStart(pid) ?? "";
    await once(child, "exit");
    writeState(folder, state({ pid, processStart: start }));
    expect(readState(folder, "default")).to.equal(null);
    expect(existsSync(stateFilePath(folder, "default"))).to.equal(false);
  });

  it("is not believed when another process has the number now", () => {
    writeState(folder, state({ processStart: "1" }));
    expect(readState(folder, "default")).to.equal(null);
  });

  it("is nothing when it is missing or not ours", () => {
    expect(readState(folder, "default")).to.equal(null);
    writeState(folder, state());
    writeFileSync(stateFilePath(folder, "other"), "{not json");
    expect(readState(folder, "other")).to.equal(null);
  });

  it("is removed by the process that wrote it, and by no other", () => {
    writeState(folder, state({ pid: 1 }));
    removeState(folder, "default");
    expect(existsSync(stateFilePath(folder, "default"))).to.equal(true);
    writeState(folder, state());
    removeState(folder, "default");
    expect(existsSync(stateFilePath(folder, "default"))).to.equal(false);
  });

  it("is claimed by one process at a time, and a dead one's claim counts for nothing", async () => {
    const letGo = claimName(folder, "default");
    expect(letGo).to.be.a("function");
    expect(claimName(folder, "default")).to.equal(undefined);
    expect(claimName(folder, "other")).to.be.a("function");
    letGo?.();
    writeFileSync(join(folder, "default.claim"), "1 2");
    expect(claimName(folder, "default")).to.be.a("function");
  });
});
