import { inspect } from "node:util";
import { expect } from "chai";
import type { BatchItem } from "../../../src/notebook/lab/batch.js";
import type { BatchInput } from "../../../src/notebook/lab/batch-inputs.js";
import { ConnectedLab } from "../../../src/notebook/lab/connected-lab.js";
import { FakeLabServer, framesOf, openStream, sendError } from "../../support/fake-lab-server.js";
import { rejection } from "../../support/rejection.js";

describe("a batch", () => {
  let fake: FakeLabServer;
  let lab: ConnectedLab;

  beforeEach(async () => {
    fake = await FakeLabServer.start();
    lab = await ConnectedLab.connect(fake.url, undefined);
    fake.on("POST /generate", ({ path, body }, response) => {
      if (body.prompt === "bad") return sendError(response, 413, "prompt_too_long", "It is too long.");
      openStream(response);
      response.end(framesOf(path, ["after ", body.prompt]));
      return undefined;
    });
  });
  afterEach(async () => {
    await lab.stop();
    await fake.stop();
  });

  const bodies = (path: string): unknown[] => fake.seen.filter((one) => one.path === path).map(({ body }) => body);
  const prompts = ["a", "bad", "c"];

  it("is an array of answers in the order of its prompts, each with what it cost", async () => {
    const batch = await lab.batch(prompts, { temperature: 0 });
    expect(batch).to.have.length(3);
    expect(batch.map(({ text }) => text)).to.deep.equal(["after a", "", "after c"]);
    expect(Object.getPrototypeOf(batch.map(({ text }) => text))).to.equal(Array.prototype);
    expect(batch[2]).to.deep.include({ index: 2, prompt: "c", finish_reason: "stop", seed: 42, error: null });
    expect(batch[2]?.usage.completion_tokens).to.equal(4);
    expect(batch[2]?.timings.total_ms).to.equal(33);
    expect(batch[1]?.error).to.deep.equal({ index: 1, code: "prompt_too_long", message: "It is too long." });
    expect(bodies("/generate")).to.have.deep.members(
      prompts.map((prompt) => ({ prompt, temperature: 0, stream: true })),
    );
  });

  it("is known by columns, too, and sums up", async () => {
    const batch = await lab.batch(prompts);
    expect(batch.responses).to.deep.equal(["after a", "", "after c"]);
    expect(batch.prompts).to.deep.equal(prompts);
    expect(batch.finish_reasons).to.deep.equal(["stop", null, "stop"]);
    expect(batch.reasonings).to.deep.equal([null, null, null]);
    expect(batch.errors).to.deep.equal([{ index: 1, code: "prompt_too_long", message: "It is too long." }]);
    expect(batch.usage).to.deep.include({ prompt_tokens: 10, completion_tokens: 8, total_tokens: 18 });
    expect(batch.model).to.equal("sample");
    expect(batch.total_ms).to.be.a("number");
  });

  it("takes conversations, and options for each", async () => {
    const inputs: BatchInput[] = [
      "a",
      [{ role: "user", content: "hi" }],
      { prompt: "c", max_tokens: 5, temperature: 1 },
      { messages: [{ role: "user", content: "ho" }], seed: 3 },
    ];
    const batch = await lab.batch(inputs, { temperature: 0, seed: 10, concurrency: 1 });
    expect(bodies("/generate")).to.deep.equal([
      { prompt: "a", temperature: 0, seed: 10, stream: true },
      { prompt: "c", temperature: 1, seed: 12, max_length: 5, stream: true },
    ]);
    expect(bodies("/chat")).to.deep.equal([
      { messages: [{ role: "user", content: "hi" }], temperature: 0, seed: 11, stream: true },
      { messages: [{ role: "user", content: "ho" }], temperature: 0, seed: 3, stream: true },
    ]);
    expect(batch[1]?.prompt).to.deep.equal([{ role: "user", content: "hi" }]);
  });

  it("refuses what is no prompt, and no listener, before anything is asked", () => {
    expect(() => lab.batch(["a", 7 as never])).to.throw("The prompt at place 1 is none. Each is a text, a list of");
    expect(() => lab.batch("abc" as never)).to.throw("lab.batch wants a list of prompts");
    expect(() => lab.batch(["a"], { onItem: 5 as never })).to.throw("onItem is 5. It is a function that hears of each");
    expect(bodies("/generate")).to.deep.equal([]);
  });

  it("hands over each answer as it comes, whichever ends first, and keeps the order", async () => {
    const many = ["first", "second", "third", "fourth"];
    const open: (() => void)[] = [];
    fake.on("POST /generate", ({ path, body }, response) => {
      openStream(response);
      open.unshift(() => response.end(framesOf(path, ["after ", body.prompt])));
      if (open.length === many.length) for (const answer of open) answer();
    });
    const items: BatchItem[] = [];
    const batch = await lab.batch(many, { onItem: (item) => items.push(item), concurrency: 4 });
    expect(items.map(({ prompt }) => prompt)).to.not.deep.equal(many);
    expect(items.map(({ done, total }) => [done, total])).to.deep.equal([1, 2, 3, 4].map((done) => [done, 4]));
    expect(batch.responses).to.deep.equal(many.map((prompt) => `after ${prompt}`));
  });

  it("sends no more at once than asked for, or than there are slots", async () => {
    let running = 0;
    const most: number[] = [];
    fake.on("POST /generate", ({ path }, response) => {
      running += 1;
      most.push(running);
      openStream(response);
      setTimeout(() => {
        running -= 1;
        response.end(framesOf(path, ["x"]));
      }, 20);
    });
    const many = Array.from({ length: 12 }, (_, index) => `${index}`);
    await lab.batch(many, { concurrency: 2 });
    expect(Math.max(...most.splice(0))).to.equal(2);
    await lab.batch(many);
    expect(Math.max(...most)).to.equal(4);
  });

  it("fails with the first error when every prompt failed", async () => {
    expect(await rejection(lab.batch(["bad", "bad"]))).to.include({ code: "prompt_too_long" });
  });

  it("ends what runs and sends nothing more when cancelled; what was there is kept", async () => {
    fake.on("POST /generate", ({ path, body }, response) => {
      openStream(response);
      if (body.prompt === "a") response.end(framesOf(path, ["after a"]));
    });
    const batch = lab.batch(["a", "b", "c", "d"], { concurrency: 2 });
    const running = await Promise.all(["b", "c"].map((prompt) => fake.request(({ body }) => body?.prompt === prompt)));
    expect([batch.done, batch.total, batch.answers.responses]).to.deep.equal([1, 4, ["after a"]]);
    batch.cancel();
    expect(await rejection(batch)).to.include({ code: "request_cancelled" });
    expect(await Promise.all(running.map(({ outcome }) => outcome))).to.deep.equal(["left", "left"]);
    expect(bodies("/generate")).to.have.length(3);
    expect(lab.last).to.include({ state: "cancelled", prompt: "a" });
    expect(lab.last?.batch?.map(({ text }) => text)).to.deep.equal(["after a"]);
  });

  it("ends with the error that onItem throws", async () => {
    const stop = new RangeError("enough");
    const onItem = (): void => {
      throw stop;
    };
    expect(await rejection(lab.batch(prompts, { onItem, concurrency: 1 }))).to.equal(stop);
    expect(bodies("/generate")).to.have.length(1);
  });

  it("prints as a table, and while it runs as how far it is", async () => {
    const text = inspect(await lab.batch(prompts));
    expect(text).to.match(/^ *# +Prompt +Answer +Tokens +Ended\n/);
    expect(text).to.include("after c").and.include("prompt_too_long").and.include("3 prompts · 1 failed · 8 tokens");
    fake.on("POST /generate", (_, response) => openStream(response));
    const running = lab.batch(prompts);
    expect(inspect(running)).to.equal("0/3 · ■ stops it");
    running.cancel();
  });
});
