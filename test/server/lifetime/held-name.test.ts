import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { HeldName } from "../../../src/server/lifetime/held-name.js";
import { makeKeptFolder, removeKept } from "../../../src/server/state/kept-folder.js";
import { processIdentity } from "../../../src/server/state/process-identity.js";
import { ProcessRecord } from "../../../src/server/state/process-record.js";
import { type LabState, readState, stateFilePath, writeState } from "../../../src/server/state/state-file.js";
import { fullDisk } from "../../support/full-disk.js";
import { rejection } from "../../support/rejection.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { testSettings } from "../../support/test-settings.js";

const silent = { warn: () => {} };

describe("HeldName", () => {
  let runtimeDir: string;
  beforeEach(() => {
    runtimeDir = join(temporaryFolder(), "run");
  });
  const take = (patienceMs?: number): Promise<HeldName> => {
    const { settings, remove } = testSettings({ runtimeDir });
    remove();
    return HeldName.take(settings, patienceMs);
  };
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

  it("is nobody else's while a server starts, while it runs, and until the last of it is gone", async () => {
    const held = await take();
    expect((await rejection(take(0))).message).to.contain("is being started right now");
    held.announce(state());
    expect((await rejection(take(0))).message).to.contain("runs already at http://127.0.0.1:1");
    held.beginEnd(silent);
    expect(readState(runtimeDir, "default"), "nobody attaches").to.equal(null);
    expect((await rejection(take(0))).message).to.contain(`is still ending (process ${process.pid})`);
    held.release();
    (await take(0)).release();
    expect(readdirSync(runtimeDir)).to.deep.equal([]);
  });

  it("ends on a full disk, too, and says that nobody could be told", async () => {
    const held = await take();
    held.announce(state());
    const warned: string[] = [];
    const makeRoom = fullDisk();
    try {
      held.beginEnd({ warn: (message) => warned.push(message) });
    } finally {
      makeRoom();
    }
    expect(warned).to.deep.equal(["the state file cannot say that this server is ending"]);
    held.release();
    expect(readdirSync(runtimeDir)).to.deep.equal([]);
  });

  it("is waited for while its server ends", async () => {
    const held = await take();
    held.announce(state());
    held.beginEnd(silent);
    const next = take(20_000);
    setTimeout(() => held.release(), 200);
    (await next).release();
  });

  it("is let go by a start that failed", async () => {
    (await take()).release();
    (await take(0)).release();
  });

  it("keeps its claim when the state file cannot be written, and refuses with the setting's name", async () => {
    const held = await take();
    // a folder lies where the file should be
    mkdirSync(join(stateFilePath(runtimeDir, "default"), "x"), { recursive: true });
    expect(() => held.announce(state())).to.throw("LOCALLAB_RUNTIME_DIR");
    expect(existsSync(join(runtimeDir, "default.claim"))).to.equal(true);
    held.release();
    expect(existsSync(join(runtimeDir, "default.claim"))).to.equal(false);
  });

  it("writes the file again that somebody removed, and takes no name that another server has meanwhile", async () => {
    const held = await take();
    held.announce(state());
    expect(held.restore()).to.equal("held");
    rmSync(runtimeDir, { recursive: true });
    expect(held.restore()).to.equal("restored");
    expect(readState(runtimeDir, "default")?.ownerKey).to.equal("key");
    writeState(runtimeDir, state({ ownerKey: "another" }));
    expect(held.restore()).to.equal("lost");
    held.beginEnd(silent);
    held.release();
    expect(readState(runtimeDir, "default")?.ownerKey, "the other's file stays").to.equal("another");
  });

  it("comes with what a dead server left ended and removed", async () => {
    const hung = spawn("sleep", ["1000"]);
    await once(hung, "spawn");
    const exited = once(hung, "exit");
    new ProcessRecord(runtimeDir, "default").add(hung.pid as number);
    process.kill(hung.pid as number, "SIGSTOP");
    const socket = join(runtimeDir, "default.owner.sock");
    const dead = createServer().listen(socket);
    await once(dead, "listening");
    writeState(runtimeDir, state({ processStart: "dead", socket }));
    writeFileSync(join(runtimeDir, ".default.json.999999.0123456789abcdef.tmp"), "");
    // of its published listener; the number may be another process' by now
    for (const file of [`default.${process.ppid}-1.sock`, "other.999999-1.sock"])
      writeFileSync(join(runtimeDir, file), "");
    const held = await take();
    await exited;
    expect(held.ended).to.deep.equal([hung.pid]);
    expect(readdirSync(runtimeDir)).to.deep.equal(["default.claim", "other.999999-1.sock"]);
    held.release();
    dead.close();
  });

  it("takes its kept conversations with it, and not those of a server that has the name meanwhile", async () => {
    const lab = { runtimeDir, name: "default" };
    const held = await take();
    held.announce(state());
    const folder = makeKeptFolder(lab, "engine", 1) as string;
    held.release();
    expect(existsSync(folder)).to.equal(false);
    const lost = await take();
    lost.announce(state());
    writeState(runtimeDir, state({ ownerKey: "another" }));
    const others = makeKeptFolder(lab, "engine", 1) as string;
    lost.release();
    expect(existsSync(others)).to.equal(true);
    removeKept(lab);
    rmSync(stateFilePath(runtimeDir, "default"));
  });

  it("comes with the conversations removed that a killed server had kept", async () => {
    const lab = { runtimeDir, name: "default" };
    const folder = makeKeptFolder(lab, "engine", 1) as string;
    writeFileSync(join(folder, "1.state"), "what was said");
    const other = makeKeptFolder({ runtimeDir, name: "other" }, "engine", 1) as string;
    const held = await take();
    expect([existsSync(folder), existsSync(other)]).to.deep.equal([false, true]);
    held.release();
    removeKept({ runtimeDir, name: "other" });
  });
});
