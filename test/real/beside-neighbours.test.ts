/** A stream on all cores while other programs keep them busy. Aims are those of `npm run bench:neighbours`, ten times looser. */
import { availableParallelism } from "node:os";
import { expect } from "chai";
import { benchModel } from "../../scripts/bench/bench-model.js";
import { measureBeside, measureSideBySide, type NeighbourRates } from "../../scripts/neighbour-bench/measure.js";
import type { Neighbours } from "../../scripts/neighbour-bench/neighbour.js";

const best = (values: readonly number[]): number => Math.max(...values);

describe("an engine on all cores", function () {
  this.timeout(600_000);
  const threads = availableParallelism();
  let modelPath: string;

  before(async function () {
    if (threads < 2) this.skip();
    modelPath = (await benchModel("135m")).path as string;
  });

  const beside = (neighbours: Neighbours): Promise<NeighbourRates> =>
    measureBeside({ modelPath, threads, neighbours, tokens: 32, rounds: 3 });

  for (const neighbours of [1, 2]) {
    it(`keeps up with one thread beside ${neighbours} that compute all the time`, async () => {
      const { gated, oneThread } = await beside(neighbours);
      expect(best(gated)).to.be.above(0.07 * best(oneThread));
    });
  }

  it("keeps up with itself without a gate beside one that computes half of the time", async () => {
    const { gated, ungated } = await beside("half");
    expect(best(gated)).to.be.above(0.085 * best(ungated));
  });

  it("keeps up with itself without a gate where it is alone", async () => {
    const { gated, ungated } = await beside(0);
    expect(best(gated)).to.be.above(0.095 * best(ungated));
  });

  it("shares them with another engine that answers at the same time", async () => {
    for (const rate of await measureSideBySide(modelPath, threads, 64)) expect(rate).to.be.above(7);
  });
});
