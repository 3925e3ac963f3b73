import { expect } from "chai";
import type { ChatMessage } from "../../../src/server/wire/generation.js";
import { FakeLabServer, framesOf, openStream, sendError } from "../../support/fake-lab-server.js";
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
    expect([code, out, err]).to.deep.equal([1, "\nfine\n", "It is too long.\n"]);
    expect(said(asked().at(-1))).to.deep.equal(["good"]);
  });

  it("stops the running reply at the first SIGINT, goes on, and ends at one that finds no reply", async () => {
    const chat = start(["chat", "--url", fake.url], { ...options, input: "open" });
    chat.child.stdin?.write("endless\n");
    await chat.says(/more more/);
    chat.child.kill("SIGINT");
    expect(await (await fake.request(({ path }) => path === "/chat")).outcome).to.equal("left");
    await chat.says(/Stopped; this turn is forgotten/);
    chat.child.stdin?.write("again\n");
    await chat.says(/Once upon a time\.\n/);
    expect(asked().map(said).at(-1)).to.deep.equal(["again"]);
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
