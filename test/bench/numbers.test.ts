import { expect } from "chai";
import { jainIndex } from "../../scripts/bench/jain-index.js";
import { peakGrowth } from "../../scripts/bench/peak-growth.js";
import { median, percentile } from "../../scripts/bench/percentile.js";
import { roundRatios } from "../../scripts/bench/round-ratios.js";
import { shuffled } from "../../scripts/bench/shuffled.js";

const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe("numbers of the benchmark", () => {
  it("takes percentiles by nearest rank, whatever the order of the values", () => {
    expect([0, 0.5, 0.9, 0.99, 1].map((share) => percentile(oneToHundred, share))).to.deep.equal([1, 50, 90, 99, 100]);
    expect(percentile([7], 0.99)).to.equal(7);
    expect(percentile([], 0.5)).to.be.NaN;
  });

  it("calls equal shares even and one share of four a quarter, whatever the unit", () => {
    expect(jainIndex([5, 5, 5, 5])).to.equal(1);
    expect(jainIndex([0, 9, 0, 0])).to.equal(0.25);
    expect(jainIndex([1, 3]))
      .to.be.closeTo(jainIndex([10, 30]), 1e-12)
      .and.closeTo(0.8, 1e-12);
    expect(jainIndex([0, 0])).to.be.NaN;
  });

  it("takes the mean of the two middle values as the median of an even number", () => {
    expect(median([4, 1, 3, 2])).to.equal(2.5);
    expect(median([9, 1, 5])).to.equal(5);
    expect(median([])).to.be.NaN;
  });

  it("compares what was measured in the same round", () => {
    // the machine was twice as slow in the second round: medians divided by each other would tell 0.75
    expect(roundRatios([100, 50, 90], [100, 50, 120])).to.deep.equal({ median: 1, least: 0.75, greatest: 1, n: 3 });
  });

  it("leaves rounds without a ratio out", () => {
    expect(roundRatios([1, 2, 3], [2, 0])).to.deep.equal({ median: 0.5, least: 0.5, greatest: 0.5, n: 1 });
  });

  it("sees the growth of a leak and none in level teeth", () => {
    const requests = Array.from({ length: 21 }, (_, index) => index * 50);
    const samples = (bytes: (count: number) => number): [number, number][] => requests.map((x) => [x, bytes(x)]);
    expect(peakGrowth(samples((count) => 1e6 + 3 * count))).to.be.closeTo(3000, 1e-6);
    expect(peakGrowth(samples((count) => 1e6 + (count % 250)))).to.equal(0);
    expect(peakGrowth(samples((count) => 1e6 + (count % 250) + 3 * count))).to.be.closeTo(3000, 600);
    expect(peakGrowth([[1, 1]])).to.be.NaN;
  });

  it("shuffles into every order and leaves the list as it was", () => {
    const list = ["a", "b", "c"] as const;
    const orders = new Set(Array.from({ length: 500 }, () => shuffled(list).join("")));
    expect(orders.size).to.equal(6);
    expect(list.join("")).to.equal("abc");
    expect(shuffled(list, () => 0).join("")).to.equal("bca");
  });
});
