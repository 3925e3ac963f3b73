import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, unlinkSync, watch, writeFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { LabError } from "../../src/server/errors.js";
import { type RunningServer, type ServeHooks, serve } from "../../src/server/serve.js";
import type { Settings } from "../../src/server/settings/read-settings.js";
import { type LabState, readState } from "../../src/server/state/state-file.js";
import { fullDisk } from "../support/full-disk.js";
import { send } from "../support/http-client.js";
import { rejection } from "../support/rejection.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { testSettings } from "../support/test-settings.js";
import { until } from "../support/until.js";

/** Status of a request through a socket file, or the code of what kept it from being sent. */
function statusAt(socketPath: string, ownerKey: string): Promise<number | string> {
  return new Promise((resolve) => {
    const headers = { host: "localhost", authorization: `Bearer ${ownerKey}` };
    const call = request({ socketPath, path: "/requests", headers, agent: false }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    call.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "error"));
    call.end();
  });
}

/** Machines that are busy take their time. */
const soon = (isSo: () => boolean | Promise<boolean>): Promise<void> => until(isSo, 40_000);

describe("serve", function () {
  this.timeout(120_000);
  let runtimeDir: string;
  let running: RunningServer[];
  let removals: (() => void)[];
  beforeEach(() => {
    removals = [];
    runtimeDir = join(temporaryFolder(), "run");
    running = [];
  });
  afterEach(async () => {
    for (const server of running) await server.stop(0);
    for (const remove of removals) remove();
  });
  async function start(over: Partial<Settings> = {}, hooks: ServeHooks = {}): Promise<RunningServer> {
    const { settings, remove } = testSettings({ runtimeDir, model: "none", ...over });
    removals.push(remove);
    const server = await serve(settings, {}, hooks);
    running.push(server);
    return server;
  }
  const stateOf = (): LabState => readState(runtimeDir, "default") as LabState;

  it("listens on a socket that only this user may open, and says where", async () => {
    const server = await start();
    const { socket } = stateOf();
    expect(statSync(socket as string).mode & 0o777).to.equal(0o600);
    expect(statSync(dirname(socket as string)).mode & 0o777).to.equal(0o700);
    expect(await statusAt(socket as string, server.ownerKey)).to.equal(200);
    expect(await statusAt(socket as string, "lab_owner_of_nobody")).to.equal(401);
    await server.stop(0);
    expect(readdirSync(runtimeDir)).to.deep.equal([]);
  });

  it("has a socket also where the runtime folder's path is too long for one, and leaves nothing of it", async () => {
    runtimeDir = join(runtimeDir, "x".repeat(120));
    const server = await start();
    const socket = stateOf().socket as string;
    expect(Buffer.byteLength(socket)).to.be.below(104);
    expect(statSync(dirname(socket)).mode & 0o777).to.equal(0o700);
    expect(await statusAt(socket, server.ownerKey)).to.equal(200);
    await server.stop(0);
    expect(existsSync(dirname(socket))).to.equal(false);
  });

  it("ends requests on the socket, too, when it stops", async () => {
    const server = await start();
    const socketPath = stateOf().socket as string;
    const headers = { host: "localhost", authorization: `Bearer ${server.ownerKey}` };
    const ended = new Promise((resolve) => {
      const hold = request({ socketPath, path: "/attach", headers, agent: false }, (response) => {
        response.on("error", () => {}).once("close", resolve);
        response.once("data", () => void server.stop(0));
      });
      hold.on("error", resolve).end();
    });
    await ended;
    await server.stop();
  });

  it("is found again after its state file, its socket or its whole folder was removed", async () => {
    const server = await start({}, { lookMs: 50 });
    const { socket } = stateOf();
    for (const remove of [
      () => rmSync(runtimeDir, { recursive: true }),
      () => unlinkSync(socket as string),
      () => rmSync(join(runtimeDir, "default.json")),
    ]) {
      remove();
      await soon(async () => {
        if (!existsSync(join(runtimeDir, "default.json"))) return false;
        return (await statusAt(socket as string, server.ownerKey)) === 200;
      });
    }
    const { settings, remove } = testSettings({ runtimeDir, model: "none" });
    removals.push(remove);
    expect((await rejection(serve(settings))).message).to.contain("runs already");
  });

  it("says who has the name before it lets go of the claim", async () => {
    mkdirSync(runtimeDir, { mode: 0o700 });
    const changes: string[] = [];
    const watcher = watch(runtimeDir, (_event, file) => void changes.push(String(file)));
    try {
      await start();
      await soon(() => changes.includes("default.json") && !existsSync(join(runtimeDir, "default.claim")));
      // the claim comes once and goes once
      await soon(() => changes.filter((file) => file === "default.claim").length >= 2);
      expect(changes.indexOf("default.json")).to.be.below(changes.lastIndexOf("default.claim"));
    } finally {
      watcher.close();
    }
  });

  it("keeps its name until the last of it is gone", async () => {
    const server = await start({ model: "sample" });
    await server.modelLoaded;
    const { pid } = (await send(server.port, "GET", "/system/info")).json.engine;
    const stopped = server.stop(0);
    const next = start();
    await next;
    await stopped;
    expect(() => process.kill(pid, 0)).to.throw("ESRCH");
  });

  it("notes its engine for the next server, and forgets it when it is gone", async () => {
    const server = await start({ model: "sample" }, { lookMs: 50 });
    await server.modelLoaded;
    const record = join(runtimeDir, "default.processes.json");
    await soon(() => existsSync(record));
    await server.stop(0);
    expect(readdirSync(runtimeDir)).to.deep.equal([]);
  });

  it("closes all it has opened when the start fails half-way", async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
    const { port } = blocker.address() as { port: number };
    const failure = await rejection(start({ port }));
    expect(failure).to.be.instanceOf(LabError);
    expect(failure.message).to.contain(`Port ${port}`);
    expect(readdirSync(runtimeDir)).to.deep.equal([]);
    blocker.close();
    // a socket that cannot be made comes after the port
    mkdirSync(join(runtimeDir, "default.owner.sock", "x"), { recursive: true });
    const later = await rejection(start());
    expect(later.message).to.contain("LOCALLAB_RUNTIME_DIR");
    expect(readdirSync(runtimeDir)).to.deep.equal(["default.owner.sock"]);
  });

  for (const [what, place] of [
    ["a file", (folder: string) => folder],
    ["below a file", (folder: string) => join(folder, "run")],
  ] as const) {
    it(`refuses a runtime folder that is ${what}, naming the setting`, async () => {
      const file = join(temporaryFolder(), "file");
      writeFileSync(file, "");
      const failure = await rejection(start({ runtimeDir: place(file) }));
      expect(failure).to.be.instanceOf(LabError);
      expect(failure.message).to.contain("LOCALLAB_RUNTIME_DIR").and.contain(file);
    });
  }

  it("refuses a runtime folder on a full or read-only disk, naming the setting", async function () {
    const mount = temporaryFolder();
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", mount], { stdio: "ignore" });
    } catch {
      this.skip();
    }
    try {
      writeFileSync(join(mount, "fill"), "x".repeat(4096));
      expect((await rejection(start({ runtimeDir: mount }))).message).to.contain("LOCALLAB_RUNTIME_DIR");
      execFileSync("mount", ["-o", "remount,ro", mount]);
      expect((await rejection(start({ runtimeDir: join(mount, "run") }))).message).to.contain("LOCALLAB_RUNTIME_DIR");
    } finally {
      execFileSync("umount", ["-l", mount]);
    }
  });

  for (const how of ["POST /stop", "stop()"] as const) {
    it(`ends by ${how} on a full disk, too, and leaves nothing`, async () => {
      const server = await start();
      const headers = { authorization: `Bearer ${server.ownerKey}` };
      const makeRoom = fullDisk();
      try {
        if (how === "stop()") await server.stop(0);
        else {
          const body = { drain_seconds: 0 };
          expect((await send(server.port, "POST", "/stop", { headers, body })).status).to.equal(200);
        }
        await soon(() => readdirSync(runtimeDir).length === 0);
      } finally {
        makeRoom();
      }
    });
  }

  it("ends its files and processes at once when it is abandoned", async () => {
    const server = await start();
    server.abandon();
    expect(readdirSync(runtimeDir)).to.deep.equal([]);
  });

  it("counts its uptime by a clock that nobody sets", async () => {
    const server = await start();
    const realNow = Date.now;
    try {
      Date.now = () => realNow() - 3_600_000;
      const health = (await send(server.port, "GET", "/health")).json;
      expect(health.uptime_seconds).to.be.within(0, 60);
      expect((await send(server.port, "GET", "/system/info")).json.uptime).to.be.within(0, 60);
    } finally {
      Date.now = realNow;
    }
  });
});
