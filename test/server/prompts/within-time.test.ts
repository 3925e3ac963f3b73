import { expect } from "chai";
import { TookTooLong, withinTime } from "../../../src/server/prompts/within-time.js";

describe("work with a time limit", () => {
  const hostile: Readonly<Record<string, () => unknown>> = {
    "a loop": () => {
      for (;;);
    },
    "a loop that catches everything": () => {
      for (;;) {
        try {
          for (;;);
        } catch {
          // on with it
        }
      }
    },
    "a regular expression that backtracks": () => /^(a+)+$/.test(`${"a".repeat(60)}b`),
    "calls of other modules": () => [..."ab"].sort(() => withinTime(60_000, () => Number(hostile["a loop"]?.()))),
  };
  for (const [what, work] of Object.entries(hostile)) {
    it(`ends ${what}`, () => {
      const began = performance.now();
      expect(() => withinTime(50, work)).to.throw(TookTooLong, "50 ms");
      expect(performance.now() - began).to.be.below(15_000);
    });
  }

  it("begins again where a processor was missing, with more time", () => {
    let begun = 0;
    const slow = (): number => {
      begun += 1;
      const from = performance.now();
      while (begun < 2 && performance.now() - from < 10_000);
      return begun;
    };
    let used = 0;
    expect(withinTime(50, slow, () => (used += 1))).to.equal(2);
  });

  it("does not begin again for ever", () => {
    let begun = 0;
    const endless = (): void => {
      begun += 1;
      for (;;);
    };
    let used = 0;
    expect(() => withinTime(20, endless, () => (used += 5))).to.throw(TookTooLong, "20 ms");
    expect(begun).to.equal(3);
  });

  it("takes the time of the clock where the thread's is not told", () => {
    let begun = 0;
    const endless = (): void => {
      begun += 1;
      for (;;);
    };
    expect(() => withinTime(20, endless, () => null)).to.throw(TookTooLong);
    expect(begun).to.equal(1);
  });

  it("gives back what the work returns, also nothing", () => {
    expect(withinTime(1000, () => 7)).to.equal(7);
    expect(withinTime(1000, () => undefined)).to.equal(undefined);
  });

  it("throws what the work throws", () => {
    const error = new RangeError("mine");
    expect(() =>
      withinTime(1000, () => {
        throw error;
      }),
    ).to.throw(error as never);
  });
});
