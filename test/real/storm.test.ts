import { expect } from "chai";
import { formatStorm } from "../../scripts/storm/format-storm.js";
import { runStorm } from "../../scripts/storm/run-storm.js";

describe("a storm of 15 s", function () {
  this.timeout(180_000);

  for (const seed of [1, 3]) {
    it(`is withstood, plan ${seed}`, async () => {
      const report = await runStorm({ seconds: 15, seed }, new AbortController().signal, () => {});
      expect(report.problems, formatStorm(report)).to.deep.equal([]);
    });
  }
});
