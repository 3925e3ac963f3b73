import { expect } from "chai";
import { formatStorm } from "../../scripts/storm/format-storm.js";
import { runStorm } from "../../scripts/storm/run-storm.js";

describe("a storm of 15 s", function () {
  this.timeout(180_000);

  for (const [seed, resident] of [
    [1, null],
    [3, 1],
  ] as const) {
    it(`is withstood, plan ${seed}, ${resident ?? "all"} models in memory`, async () => {
      const report = await runStorm(
        { seconds: 15, seed, resident, restarts: false },
        new AbortController().signal,
        () => {},
      );
      expect(report.problems, formatStorm(report)).to.deep.equal([]);
    });
  }
});
