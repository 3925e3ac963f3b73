import { expect } from "chai";
import {
  bytesForContext,
  contextSizes,
  refusalSentence,
  shortageSentence,
} from "../../../src/server/llama/context-plan.js";

const mebibyte = 2 ** 20;
/** What the process takes on once it works. */
const work = 48;

describe("contextSizes", () => {
  for (const [wanted, trained, sizes] of [
    ["auto", 32_768, [4096, 2048, 1024, 512]],
    ["auto", 4096, [4096, 2048, 1024, 512]],
    ["auto", 700, [700]],
    ["auto", 2050, [2050, 1025, 512]],
    ["auto", 0, [4096, 2048, 1024, 512]],
    [8192, 2048, [8192]],
    [64, 2048, [64]],
  ] as const) {
    it(`${wanted} of a model trained for ${trained} tokens: ${sizes.join(", ")}`, () => {
      expect(contextSizes(wanted, trained)).to.deep.equal(sizes);
    });
  }
});

describe("bytesForContext", () => {
  for (const [what, before, after, weights, left] of [
    ["weights that lie in the file cache", 1000, 1000, 300, 700],
    ["weights that were copied", 1000, 650, 300, 650],
    ["weights that are the processor's only in part", 1000, 990, 100, 900],
    ["a machine that others filled meanwhile", 1000, 200, 300, 200],
    ["weights that leave nothing", 1000, 900, 990, work],
    ["weights that are larger than all", 1000, 1000, 3000, work],
  ] as const) {
    it(`${what}: ${left - work} MiB`, () => {
      const around = { before: before * mebibyte, after: after * mebibyte, weights: weights * mebibyte };
      expect(bytesForContext(around) / mebibyte).to.equal(left - work);
    });
  }
});

describe("the sentences of a context that is not made", () => {
  for (const [said, read] of [
    [
      shortageSentence(4, 32_768, { need: 3 * 2 ** 30, free: 300 * mebibyte }),
      "4 slots of 32768 tokens need about 3.00 GiB, and 300 MiB are free for it. Ask for a smaller context or fewer slots.",
    ],
    [
      shortageSentence(1, 512, { need: null, free: 0 }),
      "1 slot of 512 tokens need more memory than there is, and no memory is free for it. Ask for a smaller context or fewer slots.",
    ],
    [
      refusalSentence(2, 512, "failed to allocate buffer.\n"),
      "2 slots of 512 tokens could not be made: failed to allocate buffer. Ask for a smaller context or fewer slots.",
    ],
  ] as const) {
    it(read, () => {
      expect(said).to.equal(read);
    });
  }
});
