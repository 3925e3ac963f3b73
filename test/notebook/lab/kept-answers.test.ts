import { inspect } from "node:util";
import { expect } from "chai";
import { ConnectedLab } from "../../../src/notebook/lab/connected-lab.js";
import { FakeLabServer, framesOf, openStream, sendError } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("what was asked of a lab", () => {
  let fake: FakeLabServer;
  let lab: ConnectedLab;

  beforeEach(async () => {
    fake = await FakeLabServer.start();
    lab = await ConnectedLab.connect(fake.url, undefined);
  });
  afterEach(async () => {
    lab.answers.clear();
    await lab.stop();
    await fake.stop();
  });

  it("is nothing at first", () => {
    expect(lab.last).to.equal(undefined);
    expect(lab.answers).to.have.length(0);
    expect(inspect(lab.answers)).to.match(/^No answer is kept yet/);
  });

  it("is kept with its answer, tokens and time, of every way to ask", async () => {
    await lab.generate("one");
    await lab.chat("two");
    await lab.conversation().say("three");
    await lab.batch(["four", "five"]);
    expect(lab.answers.map(({ prompt, state }) => [prompt, state])).to.deep.equal([
      ["one", "done"],
      ["two", "done"],
      ["three", "done"],
      ["four", "done"],
    ]);
    const [first, second, , batch] = lab.answers;
    expect(first).to.include({ text: "Once upon a time.", finish_reason: "stop", error: null, messages: null });
    expect(first?.usage?.completion_tokens).to.equal(4);
    expect(first?.timings?.total_ms).to.equal(33);
    expect(Date.parse(first?.started_at ?? "")).to.be.closeTo(Date.now(), 60_000);
    expect(second?.messages).to.deep.equal([{ role: "user", content: "two" }]);
    expect(batch?.batch).to.have.length(2);
    expect(batch?.usage?.completion_tokens).to.equal(8);
    expect(JSON.parse(JSON.stringify(first))).to.include({ prompt: "one", text: "Once upon a time.", state: "done" });
  });

  it("is there while it comes, and with what had come when it was cancelled", async () => {
    const reply = lab.generate("endless");
    await new Promise<void>((resolve) => setTimeout(resolve, 60));
    const kept = lab.last;
    expect(kept).to.include({ state: "running", usage: null, finish_reason: null });
    reply.cancel();
    await rejection(reply);
    expect(kept?.state).to.equal("cancelled");
    expect(kept?.text)
      .to.equal(reply.text)
      .and.match(/^more /);
    expect(inspect(kept)).to.match(/^> endless\nmore .*\n— cancelled after \d+ ms$/);
  });

  it("says why it failed", async () => {
    fake.on("POST /generate", (_, response) => sendError(response, 400, "invalid_request", "top_p is 7."));
    await rejection(lab.generate("hi"));
    expect(lab.last).to.include({ state: "failed", error: "top_p is 7.", text: "" });
    expect(inspect(lab.answers)).to.match(/hi +top_p is 7\. +– +failed/);
  });

  it("is shown whole, with what was asked", async () => {
    await lab.generate("hi");
    expect(inspect(lab.last)).to.match(/^> hi\nOnce upon a time\.\n— 4 tokens · /);
  });

  it("is a table, the newest first, and can be forgotten", async () => {
    await lab.generate("first");
    await lab.generate("second");
    const { answers } = lab;
    const rows = inspect(answers).split("\n");
    expect(rows[1]).to.match(/^1 +\d\d:\d\d:\d\d +second +Once upon a time\. +4 +by itself$/);
    expect(rows[2]).to.match(/^0 +\d\d:\d\d:\d\d +first/);
    answers.clear();
    expect([answers.length, lab.answers.length, lab.last]).to.deep.equal([0, 0, undefined]);
  });

  it("is kept for each lab alone, 200 answers in all, the oldest forgotten first", async () => {
    fake.on("POST /generate", ({ path, body }, response) => {
      openStream(response);
      response.end(framesOf(path, [body.prompt]));
    });
    const other = await FakeLabServer.start();
    const second = await ConnectedLab.connect(other.url, undefined);
    await second.generate("elsewhere");
    for (let count = 0; count < 200; count += 1) await lab.generate(String(count));
    expect(second.last).to.equal(undefined);
    expect(lab.answers.length).to.equal(200);
    expect([lab.answers[0]?.text, lab.last?.text]).to.deep.equal(["0", "199"]);
    await lab.generate("200");
    expect([lab.answers.length, lab.answers[0]?.text]).to.deep.equal([200, "1"]);
    await second.stop();
    await other.stop();
  });
});
