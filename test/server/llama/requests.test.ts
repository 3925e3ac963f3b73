/** What becomes of the batch and of the slot when a request goes wrong, and what of those that wait. */
import { expect } from "chai";
import { rawRequest } from "../../support/requests.js";
import { endOfTurn, endOfTurnMs, RequestsBench } from "./requests-bench.js";

const broken = new Error("no memory slot");

describe("a request that fails in the engine", () => {
  it("leaves an empty slot, and the next one is answered", async () => {
    const bench = new RequestsBench();
    bench.context.failure = () => broken;
    const { failed } = await bench.run(3);
    expect(failed?.[0]).to.include({ code: "internal_error" });
    expect(failed?.[0]?.message).to.contain("no memory slot");
    bench.context.failure = () => undefined;
    await bench.requests.cancelAll();
    expect(bench.held).to.deep.equal([]);
    const { finished } = await bench.run(3);
    expect(finished?.[0]).to.include({ reason: "length", completionTokens: 3 });
  });

  it("leaves its slot as good as new, whichever piece of the prompt it failed with", async () => {
    for (const characters of [3, 9]) {
      const bench = new RequestsBench();
      bench.context.failure = (step) => (step[0]?.position === characters - (characters % 4 || 4) ? broken : undefined);
      expect((await bench.run(characters)).failed?.[0]).to.include({ code: "internal_error" });
      bench.context.failure = () => undefined;
      const { started, finished } = await bench.run(characters);
      expect(started?.[0]).to.include({ cachedTokens: 0 });
      expect(finished?.[0]).to.include({ reason: "length" });
    }
  });

  it("is what gets no token from the model", async () => {
    const bench = new RequestsBench();
    bench.context.answer = [101, -1];
    expect((await bench.run(3)).failed?.[0]?.message).to.contain("no token");
  });

  it("ends between two pieces when it is cancelled there", async () => {
    const bench = new RequestsBench();
    bench.context.onStep = () => bench.requests.cancel(1);
    const { finished } = await bench.run(6);
    expect(finished?.[0]).to.include({ reason: "cancelled", completionTokens: 0 });
    expect(bench.context.steps.length).to.equal(1);
    expect((await bench.run(3)).finished?.[0]).to.include({ reason: "length", completionTokens: 3 });
  });
});

describe("a request that waits in the engine", () => {
  it("is over at once when it is cancelled, and never gets a slot", async () => {
    const bench = new RequestsBench();
    let go: () => void = () => {};
    const pause = new Promise<void>((resolve) => {
      go = resolve;
    });
    bench.context.beforeToken = () => pause;
    const first = bench.run(3);
    const second = bench.run(3);
    bench.requests.cancel(2);
    bench.requests.cancel(2);
    expect((await second).finished).to.deep.equal([
      { id: 2, reason: "cancelled", completionTokens: 0, prefillMs: 0, decodeMs: 0 },
    ]);
    go();
    await first;
    await bench.requests.cancelAll();
    expect(bench.steps.flatMap(({ started = [] }) => started.map(({ id }) => id))).to.deep.equal([1]);
    expect(bench.steps.flatMap(({ finished = [] }) => finished.map(({ id }) => id))).to.deep.equal([2, 1]);
  });

  it("comes after those before it, and each is told once", async () => {
    const bench = new RequestsBench();
    await Promise.all([bench.run(3), bench.run(4), bench.run(5)]);
    expect(bench.steps.flatMap(({ finished = [] }) => finished.map(({ id }) => id))).to.deep.equal([1, 2, 3]);
  });
});

describe("the times of a request", () => {
  it("end with the last token of the answer, not with the end of the turn", async () => {
    const bench = new RequestsBench();
    bench.context.answer = [7, 7, endOfTurn];
    const [finished] = (await bench.run(3)).finished ?? [];
    expect(finished).to.include({ reason: "stop", completionTokens: 2 });
    expect(finished?.decodeMs).to.be.lessThan(endOfTurnMs / 2);
  });

  it("of an empty answer are none of decoding", async () => {
    const bench = new RequestsBench();
    bench.context.answer = [endOfTurn];
    expect((await bench.run(3)).finished?.[0]).to.include({ completionTokens: 0, decodeMs: 0 });
  });
});

describe("a request whose limit is not known yet", () => {
  it("is told of at once, computes nothing until then, and keeps the limit", async () => {
    const bench = new RequestsBench();
    let reads = 0;
    bench.context.onStep = () => {
      reads += 1;
    };
    const over = bench.run(3, { awaitsLimit: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(bench.steps[0]?.started?.[0]).to.include({ promptTokens: 3, maxTokens: 3 });
    expect(reads).to.equal(0);
    bench.requests.limit(1, 2);
    expect((await over).finished?.[0]).to.include({ reason: "length", completionTokens: 2 });
  });

  it("ends when it is cancelled meanwhile", async () => {
    const bench = new RequestsBench();
    const over = bench.run(3, { awaitsLimit: true });
    await new Promise((resolve) => setImmediate(resolve));
    bench.requests.cancel(1);
    expect((await over).finished?.[0]).to.include({ reason: "cancelled", completionTokens: 0 });
  });
});

describe("a penalty", () => {
  const texts = new Map([
    [20, "<think>"],
    [21, "</think>"],
  ]);
  const chat = { kind: "chat", messages: [{ role: "user", content: "Hi" }] } as const;

  it("looks back on the tag that ended a thought in the model's place as well", async () => {
    const bench = new RequestsBench({ texts, template: "<think></think>" });
    bench.context.answer = [20, 5, 6];
    const request = rawRequest("", { input: chat, maxTokens: 4, reasoningBudget: 1, repetitionPenalty: 1.2, seed: 3 });
    const { finished } = await bench.run(3, { request });
    expect(finished?.[0]).to.include({ completionTokens: 4, reason: "length" });
    const configs = bench.context.samplers[0]?.configs ?? [];
    expect(configs.map(({ seed }) => seed)).to.deep.equal([3, 3]);
    expect([...(configs[1]?.repeatPenaltyTokens ?? [])]).to.deep.equal([0, 1, 2, 20, 5, 21]);
  });
});
