import { expect } from "chai";
import { type Known, nextWatchStep, type WatchStep } from "../../../src/server/publish/watch.js";

const rule = { everyMs: 30_000, withinMs: 8000, againMs: 3000, misses: 2 };
const proven: Known = { lookedMsAgo: 0, misses: 0, heals: 0, healedMsAgo: undefined };

const cases: readonly (readonly [string, Partial<Known>, WatchStep["step"], number?])[] = [
  ["a fresh proof waits for its time", { lookedMsAgo: 10_000 }, "wait", 20_000],
  ["an old proof is looked at again", { lookedMsAgo: 30_000 }, "look"],
  ["what is doubted is looked at once", { lookedMsAgo: Number.POSITIVE_INFINITY }, "look"],
  ["one miss is looked at again soon", { misses: 1, lookedMsAgo: 1000 }, "wait", 2000],
  ["one miss mends nothing", { misses: 1, lookedMsAgo: 3000 }, "look"],
  ["two misses are mended at once", { misses: 2 }, "heal"],
  ["what was mended is looked at", { misses: 2, heals: 1, healedMsAgo: 3000, lookedMsAgo: 3000 }, "look"],
  ["mending that did not help waits", { misses: 3, heals: 1, healedMsAgo: 14_999, lookedMsAgo: 0 }, "wait", 3000],
  ["and is tried again after that", { misses: 5, heals: 1, healedMsAgo: 15_000 }, "heal"],
  ["after twice as long the second time", { misses: 5, heals: 2, healedMsAgo: 29_999, lookedMsAgo: 3000 }, "look"],
  ["and so on", { misses: 5, heals: 2, healedMsAgo: 30_000 }, "heal"],
  ["but never after more than five minutes", { misses: 99, heals: 60, healedMsAgo: 300_000 }, "heal"],
];

describe("the watch over a publication", () => {
  for (const [what, known, step, forMs] of cases) {
    it(`: ${what}`, () => {
      const next = nextWatchStep({ ...proven, ...known }, rule);
      expect(next.step).to.equal(step);
      if (next.step === "wait") expect(next.forMs).to.equal(forMs);
      expect(next.because).to.not.equal("");
    });
  }
});
