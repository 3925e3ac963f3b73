import { expect } from "chai";
import { median, percentile } from "../../scripts/bench/percentile.js";
import { roundRatios } from "../../scripts/bench/round-ratios.js";
import { shuffled } from "../../scripts/bench/shuffled.js";
import { slope } from "../../scripts/bench/slope.js";

const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

describe("numbers of the benchmark", () => {
  it("takes percentiles by nearest rank, whatever the order of the values", () => {
    expect([0, 0.5, 0.9, 0.99, 1].map((share) => percentile(oneToHundred, share))).to.deep.equal([1, 50, 90, 99, 100]);
    expect(percentile([7], 0.99)).to.equal(7);
    expect(percentile([], 0.5)).to.be.NaN;
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

  it("finds the slope of a line and of one with noise on both sides", () => {
    const line = oneToHundred.map((x) => [x, 3 * x + 2] as const);
    expect(slope(line)).to.be.closeTo(3, 1e-9);
    expect(slope(line.flatMap(([x, y]) => [[x, y - 5] as const, [x, y + 5] as const]))).to.be.closeTo(3, 1e-9);
    expect(slope([[1, 1]])).to.be.NaN;
  });

  it("shuffles into every order and leaves the list as it was", () => {
    const list = ["a", "b", "c"] as const;
    const orders = new Set(Array.from({ length: 500 }, () => shuffled(list).join("")));
    expect(orders.size).to.equal(6);
    expect(list.join("")).to.equal("abc");
    expect(shuffled(list, () => 0).join("")).to.equal("bca");
  });
});
