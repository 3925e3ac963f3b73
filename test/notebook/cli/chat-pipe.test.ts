import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { ChatMessage } from "../../../src/server/wire/generation.js";
import { chatFramesOf, FakeLabServer, framesOf, openStream, sendError } from "../../support/fake-lab-server.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { endAll, type LocallabOptions, run, start } from "./locallab.js";

const key = "a-key-of-20-letters!";

describe("locallab chat from a pipe", function () {
  this.timeout(60_000);
  let fake: FakeLabServer;
  let options: LocallabOptions;

  beforeEach(async () => {
    fake = await FakeLabServer.start();
    options = { runtimeDir: temporaryFolder(), env: { LOCALLAB_API_KEY: key } };
  });
  afterEach(async () => {
    await endAll();
    await fake.stop();
  });

  const asked = (): ChatMessage[][] =>
    fake.seen.filter(({ path }) => path === "/chat").map(({ body }) => body.messages as ChatMessage[]);
  const said = (messages: ChatMessage[] | undefined): string[] => (messages ?? []).map(({ content }) => content);

  it("takes each line as a turn with everything before it, and /undo and /clear take turns back", async () => {
    const input = "one\n\ntwo\n/undo\nthree\n/clear\nfour\n/etc\n/undo\n/undo\n";
    const args = ["chat", "--url", `${fake.url}/`, "--system", "be brief"];
    const { code, out, err } = await run(args, { ...options, input });
    const answer = "Once upon a time.";
    expect(asked().map(said)).to.deep.equal([
      ["be brief", "one"],
      ["be brief", "one", answer, "two"],
      ["be brief", "one", answer, "three"],
      ["be brief", "four"],
    ]);
    expect(out).to.equal(`${answer}\n`.repeat(4));
    expect(err.trim().split("\n")).to.deep.equal([
      "Taken back: two",
      "Everything said so far is forgotten.",
      'There is no command "/etc". /help shows what there is.',
      "Taken back: four",
      "There is no turn to take back.",
    ]);
    expect(code).to.equal(0);
  });

  it("takes a turn of several lines, options from flags and /set, and /exit ends it", async () => {
    const input = 'a\\\nb\n/set temperature 0.2\n/set tempreture 1\n"""\nc\nd\n"""\n/exit\nnever\n';
    const args = ["chat", "--url", fake.url, "--max-length", "7"];
    const { code, err } = await run(args, { ...options, input });
    expect(asked().map((messages) => said(messages).at(-1))).to.deep.equal(["a\nb", "c\nd"]);
    const sent = fake.seen
      .filter(({ path }) => path === "/chat")
      .map(({ body }) => [body.max_length, body.temperature]);
    expect(sent).to.deep.equal([
      [7, undefined],
      [7, 0.2],
    ]);
    expect(err.trim().split("\n")).to.deep.equal([
      "temperature is 0.2.",
      'There is no option "tempreture". Did you mean temperature?',
    ]);
    expect(code).to.equal(0);
  });

  it("/save writes what was said into a new file, and over none that is there", async () => {
    const file = join(options.runtimeDir, "chat.md");
    const input = `one\n/save ${file}\n/save ${file}\n/save\n/save /nosuch/x.md\n`;
    const { err } = await run(["chat", "--url", fake.url], { ...options, input });
    expect(readFileSync(file, "utf8")).to.equal("## You\n\none\n\n## Model\n\nOnce upon a time.\n");
    const [saved, again, noName, nowhere] = err.trim().split("\n");
    expect(saved).to.equal(`Saved in ${file}.`);
    expect(again).to.contain("is there already");
    expect(noName).to.contain("wants the name");
    expect(nowhere).to.equal("Not saved: there is no folder /nosuch.");
  });

  it("keeps thoughts out of a pipe, and sends them back with the next turn", async () => {
    fake.on("POST /chat", (_, response) => {
      openStream(response);
      response.end(chatFramesOf([{ reasoning_content: "Hm." }, { content: "Yes." }]));
    });
    const { out } = await run(["chat", "--url", fake.url], { ...options, input: "one\ntwo\n" });
    expect(out).to.equal("Yes.\nYes.\n");
    expect(asked().at(-1)?.[1]).to.include({ content: "Yes.", reasoning_content: "Hm." });
  });

  it("names the ids there are when no model is loaded", async () => {
    fake.on("POST /chat", (_, response) => sendError(response, 404, "no_model_loaded", "No model is loaded."));
    const { err } = await run(["chat", "--url", fake.url], { ...options, input: "one\n" });
    expect(err).to.match(/^No model is loaded\. Load one: \/model ID\. There are: sample/);
  });

  it("waits for a model that loads, and says so", async () => {
    let asks = 0;
    fake.health.loading = { model: "big", progress: 0.4 };
    fake.on("POST /chat", ({ path }, response) => {
      asks += 1;
      if (asks < 3) return sendError(response, 503, "model_loading", "It loads.", { "retry-after": "1" });
      openStream(response);
      response.end(framesOf(path, ["fine"]));
    });
    const { code, out, err } = await run(["chat", "--url", fake.url], { ...options, input: "one\n" });
    expect([code, out, err]).to.deep.equal([0, "fine\n", "Loading big …\n"]);
  });

  it("sends the key of LOCALLAB_API_KEY and shows it nowhere", async () => {
    const { out, err } = await run(["chat", "--url", fake.url], { ...options, input: "hello\n/help\n" });
    expect(fake.seen.every(({ headers }) => headers.authorization === `Bearer ${key}`)).to.equal(true);
    expect(err).to.contain("/model ID");
    expect(out + err).to.not.contain(key);
  });

  it("makes control characters of the model visible, and adds none of its own", async () => {
    fake.on("POST /chat", ({ path }, response) => {
      openStream(response);
      response.end(framesOf(path, ["\u001b[2J", "gone\u0007", " \u202eback\n"]));
    });
    const { out } = await run(["chat", "--url", fake.url], { ...options, input: "hello\n" });
    expect(out).to.equal("␛[2Jgone␇ ⟨U+202E⟩back\n");
  });

  it("says why a turn failed, goes on with the next, and ends with code 1", async () => {
    fake.on("POST /chat", ({ path, body }, response) => {
      if (body.messages.at(-1).content === "bad") return sendError(response, 413, "prompt_too_long", "It is too long.");
      openStream(response);
      response.end(framesOf(path, ["fine"]));
    });
    const { code, out, err } = await run(["chat", "--url", fake.url], { ...options, input: "bad\ngood" });
    expect([code, out, err]).to.deep.equal([1, "fine\n", "It is too long.\n"]);
    expect(said(asked().at(-1))).to.deep.equal(["good"]);
  });

  it("stops the running reply at the first SIGINT, goes on, and ends at one that finds no reply", async () => {
    const chat = start(["chat", "--url", fake.url], { ...options, input: "open" });
    chat.child.stdin?.write("endless\n");
    await chat.says(/more more/);
    chat.child.kill("SIGINT");
    expect(await (await fake.request(({ path }) => path === "/chat")).outcome).to.equal("left");
    await chat.says(/Stopped; what was said so far stays/);
    chat.child.stdin?.write("again\n");
    await chat.says(/Once upon a time\.\n/);
    const [first, half, second] = said(asked().at(-1));
    expect([first, second]).to.deep.equal(["endless", "again"]);
    expect(half).to.match(/^more more/);
    chat.child.kill("SIGINT");
    expect((await chat.outcome).code).to.equal(130);
  });

  it("loads the model of --model and of /model", async () => {
    await run(["chat", "--url", fake.url, "--model", "other"], { ...options, input: "/model third\n/model\n" });
    const loads = fake.seen.filter(({ path }) => path === "/models/load").map(({ body }) => body.model_id);
    expect(loads).to.deep.equal(["other", "third"]);
  });

  it("says what to do when the lab wants a key", async () => {
    fake.on("GET /health", (_, response) => sendError(response, 401, "invalid_api_key", "The key is not known."));
    const { code, err } = await run(["chat", "--url", fake.url], { ...options, input: "hello\n" });
    expect(code).to.equal(1);
    expect(err.trim().split("\n")).to.have.length(1);
    expect(err).to.contain("LOCALLAB_API_KEY").and.not.contain(key).and.not.contain("In a cell");
  });
});
