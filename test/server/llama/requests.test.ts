/** What becomes of the batch and of the slot when a request goes wrong, and what of those that wait. */
import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { rawRequest } from "../../support/requests.js";
import { endOfTurn, endOfTurnMs, RequestsBench } from "./requests-bench.js";

describe("a request that fails in the engine", () => {
  it("leaves an empty slot, and the next one is answered", async () => {
    const bench = new RequestsBench();
    bench.sequence.failure = new Error("no memory slot");
    const { failed } = await bench.run(3);
    expect(failed?.[0]).to.include({ code: "internal_error" });
    expect(failed?.[0]?.message).to.contain("no memory slot");
    bench.sequence.failure = undefined;
    await bench.requests.cancelAll();
    expect(bench.sequence.tokens).to.deep.equal([]);
    const { finished } = await bench.run(3);
    expect(finished?.[0]).to.include({ reason: "length", completionTokens: 3 });
  });

  it("gives back its share of the step, whichever piece of the prompt it failed with", async () => {
    for (const characters of [3, 9]) {
      const bench = new RequestsBench();
      bench.sequence.failure = new Error("no memory slot");
      await bench.run(characters);
      expect(bench.isExpecting, `${characters}`).to.equal(false);
      bench.sequence.failure = undefined;
      expect((await bench.run(3)).finished?.[0]).to.include({ reason: "length" });
    }
  });

  it("is expected no more when it was cancelled between its turn and its last piece", async () => {
    const bench = new RequestsBench();
    await bench.batching.enterPrefill(4, new AbortController().signal);
    const over = bench.run(3);
    await new Promise((resolve) => setImmediate(resolve));
    bench.batching.leave();
    // the step that gives it its turn
    bench.batching.strategy({ items: [], size: 8 });
    bench.requests.cancel(1);
    expect((await over).finished?.[0]).to.include({ reason: "cancelled", completionTokens: 0 });
    expect(bench.isExpecting).to.equal(false);
  });

  it("is expected no more when it was cancelled between two pieces", async () => {
    const bench = new RequestsBench();
    bench.sequence.onRead = () => bench.requests.cancel(1);
    const { finished } = await bench.run(6);
    expect(finished?.[0]).to.include({ reason: "cancelled", completionTokens: 0 });
    expect(bench.isExpecting).to.equal(false);
  });
});

describe("a request that waits in the engine", () => {
  it("is over at once when it is cancelled, and never gets a slot", async () => {
    const bench = new RequestsBench();
    let go: () => void = () => {};
    bench.sequence.pause = new Promise((resolve) => {
      go = resolve;
    });
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

describe("the repetition penalty", () => {
  const punished = async (characters: number, over: Partial<GenerationRequest>): Promise<Token[][]> => {
    const bench = new RequestsBench();
    bench.sequence.answer = [101, 102, 103, 104];
    await bench.run(characters, { request: rawRequest("x".repeat(characters), { maxTokens: 4, ...over }) });
    return bench.sequence.punished;
  };

  it("looks back on prompt and answer, the newest last", async () => {
    expect(await punished(3, { repetitionPenalty: 1.2 })).to.deep.equal([
      [0, 1, 2],
      [0, 1, 2, 101],
      [0, 1, 2, 101, 102],
      [0, 1, 2, 101, 102, 103],
    ]);
  });

  it("looks back on 64 tokens", async () => {
    const looks = await punished(70, { repetitionPenalty: 1.2 });
    expect(looks.map((look) => [look.length, look[0], look.at(-1)])).to.deep.equal([
      [64, 6, 69],
      [64, 7, 101],
      [64, 8, 102],
      [64, 9, 103],
    ]);
  });

  it("is left out at 1", async () => {
    expect(await punished(3, { repetitionPenalty: 1 })).to.deep.equal([]);
  });
});

describe("the times of a request", () => {
  it("end with the last token of the answer, not with the end of the turn", async () => {
    const bench = new RequestsBench();
    bench.sequence.answer = [7, 7, endOfTurn];
    const [finished] = (await bench.run(3)).finished ?? [];
    expect(finished).to.include({ reason: "stop", completionTokens: 2 });
    expect(finished?.decodeMs).to.be.lessThan(endOfTurnMs / 2);
  });

  it("of an empty answer are none of decoding", async () => {
    const bench = new RequestsBench();
    bench.sequence.answer = [endOfTurn];
    expect((await bench.run(3)).finished?.[0]).to.include({ completionTokens: 0, decodeMs: 0 });
  });
});

describe("a request whose limit is not known yet", () => {
  it("is told of at once, computes nothing until then, and keeps the limit", async () => {
    const bench = new RequestsBench();
    let reads = 0;
    bench.sequence.onRead = () => {
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
