import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { processIdentity } from "../../../src/server/state/process-identity.js";
import {
  type LabState,
  readHolder,
  readState,
  removeState,
  stateFilePath,
  writeState,
} from "../../../src/server/state/state-file.js";
import { runProgram } from "../../support/run-program.js";

describe("the state file", () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "locallab-state-")), "run");
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  const state = (over: Partial<LabState> = {}): LabState => ({
    name: "default",
    pid: process.pid,
    processStart: processIdentity(process.pid) ?? "",
    version: "0.0.0",
    url: "http://127.0.0.1:1",
    socket: null,
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

  it("is not nobody's for a process that has no descriptor left to look", async function () {
    this.timeout(60_000);
    writeState(folder, state());
    const script = fileURLToPath(new URL("look-without-descriptors.ts", import.meta.url));
    const command = 'ulimit -n 80 && exec "$0" --import tsx "$1" "$2"';
    const { stdout } = await runProgram("sh", ["-c", command, process.execPath, script, folder], { timeoutMs: 50_000 });
    expect(JSON.parse(stdout)).to.deep.equal([
      ["EMFILE", "EMFILE"],
      [true, "default"],
    ]);
  });

  it("can be read by its owner only", () => {
    writeState(folder, state());
    expect(statSync(stateFilePath(folder, "default")).mode & 0o777).to.equal(0o600);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
  });

  it("is nobody's when its process is dead, and stays for the next holder of the name", async () => {
    const child = spawn(process.execPath, ["-e", ""]);
    const pid = child.pid as number;
    const start = processIdentity(pid) ?? "";
    await once(child, "exit");
    writeState(folder, state({ pid, processStart: start }));
    expect(readState(folder, "default")).to.equal(null);
    // a reader that removed it could remove the file of a server that has started since
    expect(existsSync(stateFilePath(folder, "default"))).to.equal(true);
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

  it("is removed by the server that wrote it, and by no other", () => {
    writeState(folder, state({ ownerKey: "another" }));
    removeState(folder, state());
    expect(existsSync(stateFilePath(folder, "default"))).to.equal(true);
    writeState(folder, state());
    removeState(folder, state());
    expect(existsSync(stateFilePath(folder, "default"))).to.equal(false);
  });

  for (const processStart of [null, undefined, "", 5] as const) {
    it(`blocks no name when its process start is ${JSON.stringify(processStart)}`, () => {
      writeState(folder, state());
      const planted = { ...state({ pid: 999_999 }), processStart };
      writeFileSync(stateFilePath(folder, "default"), JSON.stringify(planted));
      expect(readHolder(folder, "default")).to.equal(null);
    });
  }

  it("of a server that ends is nobody's to attach to, and its name is not free", () => {
    writeState(folder, state({ isStopping: true }));
    expect(readState(folder, "default")).to.equal(null);
    expect(readHolder(folder, "default")?.pid).to.equal(process.pid);
  });

  it("is not believed when it is a link, or others may write to it or to its folder", () => {
    const path = stateFilePath(folder, "default");
    writeState(folder, state());
    chmodSync(path, 0o620);
    expect(readState(folder, "default"), "a file for all").to.equal(null);
    chmodSync(path, 0o600);
    renameSync(path, `${path}.real`);
    symlinkSync(`${path}.real`, path);
    expect(readState(folder, "default"), "a link").to.equal(null);
    rmSync(path);
    renameSync(`${path}.real`, path);
    expect(readState(folder, "default")).to.not.equal(null);
    chmodSync(folder, 0o777);
    expect(readState(folder, "default"), "a folder for all").to.equal(null);
  });

  it("is never written through a link that lies in its place", () => {
    const loot = join(folder, "..", "loot");
    writeFileSync(loot, "");
    mkdirSync(folder, { mode: 0o700 });
    symlinkSync(loot, stateFilePath(folder, "default"));
    writeState(folder, state());
    expect(readFileSync(loot, "utf8")).to.equal("");
    expect(readState(folder, "default")).to.deep.equal(state());
  });

  it("leaves no temporary file, and closes a folder of ours that others may write to", () => {
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    writeState(folder, state());
    expect(readdirSync(folder)).to.deep.equal(["default.json"]);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
  });
});
