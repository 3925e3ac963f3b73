import { expect } from "chai";
import type { TokenBudget } from "../../../src/server/engine/caller.js";
import { Generation, type GenerationOptions, type Holder } from "../../../src/server/engine/generation.js";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import type { Ending } from "../../../src/server/engine/result.js";
import { LabError } from "../../../src/server/errors.js";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest } from "../../support/requests.js";

const ending: Ending = { finishReason: "stop", completionTokens: 2, prefillMs: 1, decodeMs: 1 };

async function collect(generation: Generation): Promise<string[]> {
  const pieces: string[] = [];
  for await (const { text } of generation) pieces.push(text);
  return pieces;
}

interface Held {
  readonly generation: Generation;
  /** The state at each time that the holder was asked to let go. */
  readonly letGo: string[];
}

function held(
  over: Partial<GenerationRequest> = {},
  options: GenerationOptions & { tokenBudget?: TokenBudget } = {},
): Held {
  const letGo: string[] = [];
  const holder: Holder = { position: () => 3, letGo: ({ state }) => letGo.push(state) };
  const { tokenBudget } = options;
  const generation = new Generation(rawRequest("x", over), callerNamed("ann", { tokenBudget }), options);
  generation.heldBy(holder, "sample");
  return { generation, letGo };
}

function running(...given: Parameters<typeof held>): Held {
  const { generation, letGo } = held(...given);
  generation.begin({ promptTokens: 1, maxTokens: 8 });
  return { generation, letGo };
}

describe("Generation", () => {
  it("gives every piece to a late reader", async () => {
    const { generation } = running();
    generation.push({ text: "a" }, 1);
    generation.push({ text: "b" }, 2);
    generation.finish(ending);
    expect(await collect(generation)).to.deep.equal(["a", "b"]);
    expect(await collect(generation)).to.deep.equal(["a", "b"]);
  });

  it("keeps what was thought apart from what was said, and counts both", async () => {
    const { generation } = running();
    generation.push({ text: "", reasoning: "a" }, 1, 1);
    generation.push({ text: "", reasoning: "b" }, 2, 2);
    generation.push({ text: "c" }, 3, 2);
    generation.finish({ ...ending, completionTokens: 3 });
    const { text, reasoning, usage } = await generation;
    expect({ text, reasoning }).to.deep.equal({ text: "c", reasoning: "ab" });
    expect(usage).to.include({ completionTokens: 3, reasoningTokens: 2 });
    const silent = running().generation;
    silent.finish(ending);
    expect((await silent).reasoning).to.equal(null);
  });

  it("gives pieces as they come and can be awaited as well", async () => {
    const { generation } = running();
    const pieces = collect(generation);
    generation.push({ text: "a" }, 1);
    await Promise.resolve();
    generation.push({ text: "b" }, 2);
    generation.finish(ending);
    expect(await pieces).to.deep.equal(["a", "b"]);
    const { text, model, usage } = await generation;
    expect([text, model, usage.completionTokens]).to.deep.equal(["ab", "sample", 2]);
  });

  it("is cancelled by leaving the loop, and its holder lets go of it once", async () => {
    const { generation, letGo } = running();
    generation.push({ text: "a" }, 1);
    for await (const _piece of generation) break;
    expect(generation.state).to.equal("cancelled");
    generation.cancel("request");
    expect(letGo).to.deep.equal(["cancelled"]);
    expect(generation.state).to.equal("cancelled");
  });

  it("throws its failure out of the loop after the pieces it had", async () => {
    const { generation } = running();
    generation.push({ text: "a" }, 1);
    const pieces: string[] = [];
    const failure = (async () => {
      for await (const { text } of generation) pieces.push(text);
    })();
    generation.fail(new Error("gone"));
    expect((await rejection(failure)).message).to.equal("gone");
    expect(pieces).to.deep.equal(["a"]);
  });

  it("rejects `started` when it fails before it started", async () => {
    const { generation } = held();
    generation.fail(new Error("full"));
    expect((await rejection(generation.started)).message).to.equal("full");
  });

  it("does not change once it ended", async () => {
    const { generation } = running();
    generation.finish(ending);
    generation.fail(new Error("late"));
    generation.push({ text: "late" }, 9);
    generation.cancel();
    expect(generation.state).to.equal("done");
    expect((await generation).usage.completionTokens).to.equal(2);
    expect(await collect(generation)).to.deep.equal([]);
  });

  it("says that the server stops when the server cancelled it", async () => {
    const { generation } = running();
    generation.cancel("shutdown");
    expect(await rejection(generation)).to.include({ code: "shutting_down", retryAfterSeconds: 5 });
  });

  it("has a place only while it is not over, and asks the holder it has now", () => {
    const { generation } = held();
    expect(generation.position).to.equal(3);
    generation.heldBy({ position: () => 1, letGo: () => {} }, "other");
    expect([generation.position, generation.model]).to.deep.equal([1, "other"]);
    generation.cancel();
    expect(generation.position).to.equal(null);
  });
});

describe("a generation's deadline", () => {
  it("refuses what still waits, and its holder lets go", async () => {
    const { generation, letGo } = held({ maxTimeMs: 20 });
    const error = await rejection(generation);
    expect(error).to.include({ code: "queue_timeout", retryAfterSeconds: undefined });
    expect(letGo).to.deep.equal(["failed"]);
  });

  it("names the model that was loading", async () => {
    const { generation } = held({ maxTimeMs: 10 });
    generation.heldBy({ position: () => null, letGo: () => {} }, "big", "loading");
    expect((await rejection(generation)).message).to.contain('while "big" was loading');
  });

  it("counts from the arrival, however long ago that was", async () => {
    const began = performance.now();
    const { generation } = held({ maxTimeMs: 60_000 }, { arrivedAt: began - 59_990 });
    expect(await rejection(generation)).to.include({ code: "queue_timeout" });
    expect(performance.now() - began).to.be.lessThan(5000);
  });

  it("gives what is there when the holder says nothing", async () => {
    const { generation, letGo } = running({ maxTimeMs: 20 }, { graceMs: 20 });
    generation.push({ text: "half" }, 3);
    const result = await generation;
    expect(result).to.include({ text: "half", timedOut: true, finishReason: "length" });
    expect(result.usage.completionTokens).to.equal(3);
    expect(letGo).to.deep.equal(["decoding"]);
  });

  it("waits a second and a half for the holder", async () => {
    const began = performance.now();
    const { generation } = running({ maxTimeMs: 20 });
    expect(await generation).to.include({ timedOut: true });
    expect(performance.now() - began).to.be.within(1400, 15_000);
  }).timeout(30_000);

  it("says what limited it: what was asked for, or the context", async () => {
    for (const [asked, limitedBy] of [
      [8, "request"],
      [9, "context"],
    ] as const) {
      const { generation } = running({ maxTokens: asked });
      generation.finish(ending);
      expect(await generation).to.include({ limitedBy, maxTokens: 8 });
    }
  });

  it("takes the holder's own ending when it comes in time", async () => {
    const letGo = (generation: Generation): void => generation.finish({ ...ending, finishReason: "length" });
    const { generation } = running({ maxTimeMs: 10 }, { graceMs: 60_000 });
    generation.heldBy({ position: () => null, letGo }, "sample");
    generation.begin({ promptTokens: 1, maxTokens: 8 });
    expect(await generation).to.deep.include({ timedOut: true, text: "" });
  });
});

describe("a generation's budget", () => {
  const budget = (granted: number, settled: number[]): TokenBudget => ({
    setAside: (_id, prompt, wanted) => {
      if (granted === 0) throw new LabError("budget_exhausted", `${prompt} and ${wanted} are too many.`);
      return Math.min(wanted, granted);
    },
    settle: (_id, used) => settled.push(used),
  });

  it("shrinks the limit, says so, and is settled with what was used", async () => {
    const settled: number[] = [];
    const { generation } = held({}, { tokenBudget: budget(3, settled) });
    expect(generation.begin({ promptTokens: 5, maxTokens: 8 })).to.equal(3);
    generation.push({ text: "abc" }, 3);
    generation.finish({ ...ending, finishReason: "length", completionTokens: 3 });
    const { maxTokens, warnings } = await generation;
    expect(maxTokens).to.equal(3);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/3 tokens.*budget/);
    expect(settled).to.deep.equal([8]);
  });

  it("refuses what does not fit at all", async () => {
    const settled: number[] = [];
    const { generation } = held({}, { tokenBudget: budget(0, settled) });
    expect(generation.begin({ promptTokens: 5, maxTokens: 8 })).to.equal(0);
    expect(await rejection(generation)).to.include({ code: "budget_exhausted" });
    expect(settled).to.deep.equal([]);
  });

  for (const [how, end] of [
    ["is cancelled", (generation: Generation) => generation.cancel("client")],
    ["fails", (generation: Generation) => generation.fail(new Error("died"))],
  ] as const) {
    it(`is settled when the generation ${how}`, () => {
      const settled: number[] = [];
      const { generation } = running({}, { tokenBudget: budget(100, settled) });
      generation.push({ text: "ab" }, 2);
      end(generation);
      expect(settled).to.deep.equal([3]);
    });
  }
});
