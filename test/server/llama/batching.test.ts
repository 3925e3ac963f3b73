import { expect } from "chai";
import type { PrioritizedBatchItem } from "node-llama-cpp";
import { Batching } from "../../../src/server/llama/batching.js";

type Items = Parameters<Batching["strategy"]>[0]["items"];

/** One decoding step with an item for each count of tokens; how many tokens of each go in, none while it waits. */
function step(batching: Batching, ...tokens: number[]): number[] {
  const items = tokens.map((count, index) => ({ tokens: Array(count).fill(0), evaluationPriority: index }));
  const batch: PrioritizedBatchItem[] = batching.strategy({ items: items as unknown as Items, size: 512 });
  return batch.map(({ processAmount }) => processAmount);
}

const forEver = new AbortController().signal;

describe("Batching", () => {
  it("waits with a step for every slot that it expects", async () => {
    const batching = new Batching(16);
    await batching.enterPrefill(4, forEver);
    await batching.enterPrefill(4, forEver);
    expect(step(batching, 4)).to.deep.equal([]);
    expect(step(batching, 4, 4)).to.deep.equal([4, 4]);
  });

  it("expects nothing more of a slot that left", async () => {
    const batching = new Batching(16);
    await batching.enterPrefill(4, forEver);
    await batching.enterPrefill(4, forEver);
    batching.leave(4);
    expect(step(batching, 4)).to.deep.equal([4]);
  });

  it("gives the share that one did not hand in to those who wait for it, without another step", async () => {
    const batching = new Batching(16);
    expect(await batching.enterPrefill(100, forEver)).to.equal(16);
    const next = batching.enterPrefill(10, forEver);
    batching.leave(16);
    expect(await next).to.equal(10);
  });

  it("never gives more than one step's share, however late something is given back", async () => {
    const batching = new Batching(16);
    await batching.enterPrefill(16, forEver);
    step(batching, 16);
    batching.leave(16);
    expect(await batching.enterPrefill(100, forEver)).to.equal(16);
  });

  it("takes one that was cancelled out of those who wait", async () => {
    const batching = new Batching(16);
    await batching.enterPrefill(16, forEver);
    const cancelled = new AbortController();
    const [first, second] = [batching.enterPrefill(5, cancelled.signal), batching.enterPrefill(6, forEver)];
    cancelled.abort();
    expect(await first).to.equal(0);
    step(batching, 16);
    expect(await second).to.equal(6);
    // the step waits for the two that are left, and for them only
    expect(step(batching, 1)).to.deep.equal([]);
    expect(step(batching, 1, 6)).to.deep.equal([1, 6]);
  });

  it("puts the rows in the order of their slots, whatever the order they came in", () => {
    const items = [3, 0, 2].map((slot) => ({ tokens: [slot], evaluationPriority: slot }));
    const batch = new Batching(16).strategy({ items: items as unknown as Items, size: 512 });
    expect(batch.map(({ item }) => item.evaluationPriority)).to.deep.equal([0, 2, 3]);
  });

  it("fills a step and no more, the lowest slots first", () => {
    const items = [1, 0].map((slot) => ({ tokens: [1, 2, 3, 4], evaluationPriority: slot }));
    const batch = new Batching(16).strategy({ items: items as unknown as Items, size: 6 });
    expect(batch.map(({ processAmount }) => processAmount)).to.deep.equal([4, 2]);
  });
});
