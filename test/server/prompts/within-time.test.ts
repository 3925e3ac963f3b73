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
      expect(performance.now() - began).to.be.below(5000);
    });
  }

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
