import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { type RealServer, startRealServer } from "../../support/real-server.js";
import { endlessChat } from "../../support/sample-theory.js";
import { endAll, type Running, start } from "./locallab.js";

const [endless] = endlessChat;

describe("locallab chat on a terminal", function () {
  this.timeout(60_000);
  let server: RealServer;

  before(async function () {
    if (process.platform !== "linux" || !existsSync("/usr/bin/script")) {
      console.warn("SKIPPED: no terminal can be made here; it takes `script` of util-linux.");
      this.skip();
    }
    server = await startRealServer({ slots: 1 });
  });
  afterEach(() => endAll());
  after(() => server?.stop());

  const open = (env: Record<string, string> = {}): Running =>
    start(["chat"], { runtimeDir: server.settings.runtimeDir, env, onTerminal: true });
  const type = (chat: Running, keys: string): boolean | undefined => chat.child.stdin?.write(keys);

  async function busy(): Promise<void> {
    while ((await server.get("/health")).json.slots.busy === 0) await pause(10);
  }

  it("stops a reply at Ctrl-C, at the engine too, and the chat goes on without that turn", async () => {
    const chat = open();
    await chat.says(/› /);
    type(chat, `${endless?.content}\r`);
    await chat.says(/river[\s\S]{80}/);
    await busy();
    type(chat, "\u0003");
    await chat.says(/Stopped/);
    await server.idle();
    const [stopped] = (await server.get("/requests", { Authorization: `Bearer ${server.server.ownerKey}` })).json
      .recent;
    expect(stopped).to.include({ route: "POST /chat", state: "cancelled" });
    type(chat, "Hello\r");
    await chat.says(/— stop · \d+ tokens/);
    type(chat, "/undo\r");
    await chat.says(/Taken back: Hello/);
    type(chat, "/undo\r");
    await chat.says(/no turn to take back/);
    type(chat, "half a line\u0003");
    type(chat, "\u0003");
    await chat.says(/Ctrl-C again/);
    type(chat, "\u0003");
    expect((await chat.outcome).code).to.equal(0);
    expect(chat.said()).to.contain("\u001b[2m— stop");
  });

  it("ends at Ctrl-D, and shows no escape sequence with NO_COLOR", async () => {
    const chat = open({ NO_COLOR: "1" });
    await chat.says(/› /);
    type(chat, "Hello\r");
    await chat.says(/— stop/);
    await chat.says(/› /);
    type(chat, "\u0004");
    const { code, out } = await chat.outcome;
    expect(code).to.equal(0);
    expect(out).to.not.contain("\u001b");
  });
});
