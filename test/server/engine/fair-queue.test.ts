import { expect } from "chai";
import { WaitingLine } from "../../../src/server/engine/fair-queue.js";

describe("WaitingLine", () => {
  it("serves in the order of arrival", () => {
    const line = new WaitingLine<string>(3);
    for (const name of ["a", "b", "c"]) line.join(name);
    expect([line.next(), line.next(), line.next(), line.next()]).to.deep.equal(["a", "b", "c", undefined]);
  });

  it("tells everyone their place, from 1, as others leave", () => {
    const line = new WaitingLine<string>(3);
    for (const name of ["a", "b", "c"]) line.join(name);
    expect(line.leave("a")).to.equal(true);
    expect([line.position("a"), line.position("b"), line.position("c")]).to.deep.equal([null, 1, 2]);
  });

  it("is full at its capacity, and at once when the capacity is 0", () => {
    const line = new WaitingLine<string>(1);
    expect(line.isFull).to.equal(false);
    line.join("a");
    expect(line.isFull).to.equal(true);
    expect(new WaitingLine(0).isFull).to.equal(true);
  });

  it("says that somebody who is not there did not leave", () => {
    expect(new WaitingLine<string>(1).leave("a")).to.equal(false);
  });

  it("gives back everyone when it is cleared", () => {
    const line = new WaitingLine<string>(2);
    line.join("a");
    line.join("b");
    expect(line.clear()).to.deep.equal(["a", "b"]);
    expect(line.length).to.equal(0);
  });
});
