import { expect } from "chai";
import { usefulThreads } from "../../../src/server/llama/load-model.js";

const mebibyte = 2 ** 20;

describe("usefulThreads", () => {
  for (const [asked, modelMiB, quota, used] of [
    [8, 13, 8, 1],
    [8, 70, 8, 2],
    [8, 4000, 8, 8],
    [8, 4000, Number.POSITIVE_INFINITY, 8],
    [8, 4000, 1.5, 1],
    [8, 4000, 3.9, 3],
    [8, 4000, 0.2, 1],
    [2, 4000, 8, 2],
  ] as const) {
    it(`${asked} asked for, a model of ${modelMiB} MiB, ${quota} processors: ${used}`, () => {
      expect(usefulThreads(asked, modelMiB * mebibyte, quota)).to.equal(used);
    });
  }
});
