import { expect } from "chai";
import { backoffMs } from "../../../src/server/async/backoff.js";

describe("the wait between attempts", () => {
  const range = { firstMs: 250, mostMs: 10_000 };

  it("doubles with every failure, up to the most", () => {
    const waits = [1, 2, 3, 6, 7, 50, 5000].map((failures) => backoffMs(failures, range, 1));
    expect(waits).to.deep.equal([250, 500, 1000, 8000, 10_000, 10_000, 10_000]);
  });

  it("takes up to half of the wait away, by chance", () => {
    expect(backoffMs(1, range, 0)).to.equal(125);
    for (let index = 0; index < 100; index += 1) expect(backoffMs(2, range)).to.be.within(250, 500);
  });
});
