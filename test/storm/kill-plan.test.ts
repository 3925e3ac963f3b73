import { expect } from "chai";
import { KillPlan, phases } from "../../scripts/storm/restarts/kill-plan.js";

const rounds = (seed: number) => {
  const plan = new KillPlan(seed);
  return Array.from({ length: 200 }, () => plan.round());
};

describe("the plan of restarts", () => {
  it("is the same for the same seed, and another for another", () => {
    expect(rounds(7)).to.deep.equal(rounds(7));
    expect(rounds(7)).to.not.deep.equal(rounds(8));
  });

  it("has every phase once before one comes again", () => {
    const all = rounds(1);
    for (let first = 0; first < all.length; first += phases.length) {
      const these = all.slice(first, first + phases.length).map(({ phase }) => phase);
      expect(these).to.have.members([...phases]);
    }
  });

  it("starts one to three servers, and freezes the children of some", () => {
    const all = rounds(1);
    expect(new Set(all.map(({ rivals }) => rivals))).to.deep.equal(new Set([1, 2, 3]));
    expect(new Set(all.map(({ freezes }) => freezes))).to.deep.equal(new Set([true, false]));
    expect(all.every(({ afterMs }) => afterMs >= 0 && afterMs < 3000)).to.equal(true);
  });
});
