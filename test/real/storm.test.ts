import { expect } from "chai";
import { formatStorm } from "../../scripts/storm/format-storm.js";
import { formatRestarts } from "../../scripts/storm/restarts/format-restarts.js";
import { runRestarts } from "../../scripts/storm/restarts/run-restarts.js";
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

describe("15 s of servers that are killed", function () {
  this.timeout(180_000);

  it("leave nothing to the next one, which takes the name at once", async () => {
    const report = await runRestarts({ seconds: 15, seed: 2 }, new AbortController().signal, () => {});
    expect(report.problems, formatRestarts(report)).to.deep.equal([]);
  });
});
