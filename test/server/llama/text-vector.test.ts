import { expect } from "chai";
import { textVector } from "../../../src/server/llama/text-vector.js";

describe("the vector of a text", () => {
  it("has length 1 and is of single precision", () => {
    const vector = textVector([3, 4, 0], { dimensions: 3, levelsBeforeCut: false });
    expect(vector).to.deep.equal([Math.fround(0.6), Math.fround(0.8), 0]);
  });

  it("that is cut has length 1 again", () => {
    expect(textVector([3, 4, 12], { dimensions: 2, levelsBeforeCut: false })).to.deep.equal([
      Math.fround(0.6),
      Math.fround(0.8),
    ]);
  });

  it("is brought to mean 0 and deviation 1 before it is cut, where the card says so, and not otherwise", () => {
    const [x = 0, y = 0] = textVector([1, 2, 6], { dimensions: 2, levelsBeforeCut: true });
    // mean 3: -2 and -1 of the whole
    expect(x / y).to.be.closeTo(2, 1e-6);
    expect(Math.hypot(x, y)).to.be.closeTo(1, 1e-6);
    const whole = textVector([1, 2, 2], { dimensions: 3, levelsBeforeCut: true });
    expect(whole[0]).to.be.closeTo(1 / 3, 1e-7);
  });

  it("is none where all numbers are 0, or one is none", () => {
    for (const raw of [[0, 0], [1, Number.NaN], [Number.POSITIVE_INFINITY, 1], []]) {
      expect(() => textVector(raw, { dimensions: 2, levelsBeforeCut: false })).to.throw("no vector");
    }
  });
});
