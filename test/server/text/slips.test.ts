import { expect } from "chai";
import { nearestWord, slips } from "../../../src/server/text/slips.js";

describe("slips", () => {
  for (const [one, other, count] of [
    ["port", "port", 0],
    ["prot", "port", 1],
    ["por", "port", 1],
    ["ports", "port", 1],
    ["part", "port", 1],
    ["", "port", 4],
    ["kitten", "sitting", 3],
  ] as const) {
    it(`are ${count} between "${one}" and "${other}"`, () => expect(slips(one, other)).to.equal(count));
  }
});

describe("the nearest word", () => {
  const words = ["port", "port-search", "models-dir", "model", "max-length", "gpu", "name"];
  for (const [typed, meant] of [
    ["prot", "port"],
    ["nmae", "name"],
    ["modelsDir", "models-dir"],
    ["models_dir", "models-dir"],
    ["MAX_LENGTH", "max-length"],
    ["max", "max-length"],
    ["gup", "gpu"],
    ["port-serch", "port-search"],
    ["gpu-backend", "gpu"],
    ["x", undefined],
    ["", undefined],
    ["temperature", undefined],
    ["a".repeat(100_000), undefined],
  ] as const) {
    it(`to "${typed.slice(0, 20)}" is ${meant}`, () => expect(nearestWord(typed, words)).to.equal(meant));
  }
});
