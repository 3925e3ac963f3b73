import { expect } from "chai";
import { chooseLab } from "../../../src/notebook/cli/choose-lab.js";

describe("the lab that is meant where nobody named one", () => {
  for (const [names, onlyOne, choice] of [
    [[], false, { kind: "none" }],
    [["a"], false, { kind: "lab", name: "a" }],
    [["a"], true, { kind: "lab", name: "a" }],
    [["a", "default"], false, { kind: "lab", name: "default" }],
    [["a", "default"], true, { kind: "several", names: ["a", "default"] }],
    [["a", "b"], false, { kind: "several", names: ["a", "b"] }],
  ] as const) {
    it(`of ${names.join(", ") || "none"}${onlyOne ? ", where one must be the only one," : ""} is ${JSON.stringify(choice)}`, () =>
      expect(chooseLab(names, onlyOne)).to.deep.equal(choice));
  }
});
