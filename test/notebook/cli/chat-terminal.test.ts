import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { chatFramesOf, FakeLabServer, openStream } from "../../support/fake-lab-server.js";
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

  it("stops a reply at Ctrl-C, at the engine too, and the chat goes on with what was said", async () => {
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
    await chat.says(/— .*\d+ tokens/);
    type(chat, "/undo\r");
    await chat.says(/Taken back: Hello/);
    type(chat, "/undo\r");
    await chat.says(/Taken back: /);
    type(chat, "/undo\r");
    await chat.says(/no turn to take back/);
    type(chat, "half a line\u0003");
    type(chat, "\u0003");
    await chat.says(/Ctrl-C again/);
    type(chat, "\u0003");
    expect((await chat.outcome).code).to.equal(130);
    expect(chat.said()).to.contain("\u001b[2m— ");
  });

  it("ends at Ctrl-D, and shows no escape sequence with NO_COLOR", async () => {
    const chat = open({ NO_COLOR: "1" });
    await chat.says(/› /);
    type(chat, "Hello\r");
    await chat.says(/— .*tokens/);
    await chat.says(/› /);
    type(chat, "\u0004");
    const { code, out } = await chat.outcome;
    expect(code).to.equal(0);
    expect(out).to.not.contain("\u001b");
  });

  it("opens with the model and the way to the commands, and takes several lines", async () => {
    const chat = open();
    await chat.says(/sample at http:\S+ \/help shows the commands/);
    await chat.says(/› /);
    type(chat, '"""\r');
    await chat.says(/… /);
    type(chat, 'Hello\r"""\r');
    await chat.says(/— .*tokens/);
    type(chat, '"""\r');
    await chat.says(/… /);
    type(chat, "\u0003");
    await chat.says(/are dropped/);
    type(chat, "/exit\r");
    expect((await chat.outcome).code).to.equal(0);
  });

  it("breaks between words at the edge of 45 columns, and shows thoughts less strong", async () => {
    const words = "It was a bright cold day in April and the clocks were striking thirteen".split(" ");
    const fake = await FakeLabServer.start();
    fake.on("POST /chat", (_, response) => {
      openStream(response);
      response.end(chatFramesOf([{ reasoning_content: "Hm, " }, ...words.map((word) => ({ content: `${word} ` }))]));
    });
    const chat = start(["chat", "--url", fake.url], {
      runtimeDir: server.settings.runtimeDir,
      onTerminal: true,
      columns: 45,
    });
    await chat.says(/› /);
    type(chat, "Hello\r");
    await chat.says(/thirteen/);
    await fake.stop();
    expect(chat.said()).to.contain("\u001b[2mHm,").and.contain("April and the\r\nclocks were");
  });
});
