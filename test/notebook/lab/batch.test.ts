import { inspect } from "node:util";
import { expect } from "chai";
import type { BatchItem } from "../../../src/notebook/lab/batch.js";
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

  const asked = (path: string): number => fake.seen.filter((request) => request.path === path).length;
  const prompts = ["a", "bad", "c"];
  const expected = {
    prompts,
    responses: ["after a", "", "after c"],
    finish_reasons: ["stop", null, "stop"],
    errors: [{ index: 1, code: "prompt_too_long", message: "It is too long." }],
  };

  it("is one request and keeps the order of its prompts", async () => {
    const batch = await lab.batch(prompts, { temperature: 0 });
    expect(batch).to.deep.include(expected);
    expect(batch.total_ms).to.be.a("number");
    expect(asked("/generate/batch")).to.equal(1);
    expect(fake.seen.at(-1)?.body).to.deep.equal({ prompts, temperature: 0 });
  });

  it("hands over each answer as it comes with onItem, and gives the same at the end", async () => {
    const items: BatchItem[] = [];
    const batch = await lab.batch(prompts, { onItem: (item) => items.push(item) });
    expect(batch).to.deep.include(expected);
    expect(batch.usage).to.deep.include({ prompt_tokens: 10, completion_tokens: 8, total_tokens: 18 });
    expect(items.map(({ done }) => done)).to.deep.equal([1, 2, 3]);
    expect(items.map(({ index }) => index).toSorted()).to.deep.equal([0, 1, 2]);
    expect(items.find(({ index }) => index === 1)).to.deep.include({ text: "", error: expected.errors[0] });
    expect(asked("/generate")).to.equal(3);
  });

  it("keeps the order of its prompts with onItem, whichever ends first", async () => {
    const many = ["first", "second", "third", "fourth"];
    const open: (() => void)[] = [];
    fake.on("POST /generate", ({ path, body }, response) => {
      openStream(response);
      open.unshift(() => response.end(framesOf(path, ["after ", body.prompt])));
      if (open.length === many.length) for (const answer of open) answer();
    });
    const ended: string[] = [];
    const batch = await lab.batch(many, { onItem: ({ prompt }) => ended.push(prompt), concurrency: 4 });
    expect(ended).to.not.deep.equal(many);
    expect(batch.responses).to.deep.equal(many.map((prompt) => `after ${prompt}`));
    expect(batch.prompts).to.deep.equal(many);
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
    await lab.batch(many, { onItem: () => {}, concurrency: 2 });
    expect(Math.max(...most.splice(0))).to.equal(2);
    await lab.batch(many, { onItem: () => {} });
    expect(Math.max(...most)).to.equal(4);
  });

  it("fails with the first error when every prompt failed", async () => {
    expect(await rejection(lab.batch(["bad", "bad"], { onItem: () => {} }))).to.include({ code: "prompt_too_long" });
  });

  it("cancels what runs and sends nothing more when cancelled", async () => {
    fake.on("POST /generate", (_, response) => openStream(response));
    const batch = lab.batch(["a", "b", "c"], { onItem: () => {}, concurrency: 2 });
    const running = await Promise.all(["a", "b"].map((prompt) => fake.request(({ body }) => body?.prompt === prompt)));
    batch.cancel();
    expect(await rejection(batch)).to.include({ code: "request_cancelled" });
    expect(await Promise.all(running.map(({ outcome }) => outcome))).to.deep.equal(["left", "left"]);
    expect(asked("/generate")).to.equal(2);
  });

  it("ends with the error that onItem throws", async () => {
    const stop = new RangeError("enough");
    const onItem = (): void => {
      throw stop;
    };
    expect(await rejection(lab.batch(prompts, { onItem, concurrency: 1 }))).to.equal(stop);
    expect(asked("/generate")).to.equal(1);
  });

  it("prints as a table", async () => {
    const text = inspect(await lab.batch(prompts));
    expect(text).to.include("Prompt").and.include("after c").and.include("prompt_too_long").and.include("1 failed");
  });
});
