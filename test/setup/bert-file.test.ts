import { createHash } from "node:crypto";
import { expect } from "chai";
import { bertFile } from "../../scripts/models/bert/bert-file.js";
import { toHalves } from "../../scripts/models/bert/half-precision.js";
import { ensureEmbeddingModel } from "../../scripts/setup/embedding-model.mjs";
import { skipNotice } from "../../scripts/setup/skip.mjs";
import { isEmbeddingModelSkipped } from "../support/embedding-model.js";

/** Of the file that the tests load: vectors of another one were not compared. */
const digest = "b2d7823d717eeca5f5147349d21ed1a5604e466c8e13cbc4bef0b249af7691af";

describe("half-precision numbers", () => {
  // IEEE 754 binary16
  const cases: readonly (readonly [number, number])[] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [1 / 3, 0x3555],
    [65504, 0x7bff],
    [65519.996, 0x7bff],
    [65520, 0x7c00],
    [-1e9, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.5, 0x0001],
    [2 ** -24 * 2.5, 0x0002],
    [2 ** -14 - 2 ** -26, 0x0400],
    // halfway: to the even one
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [Number.NaN, 0x7e00],
  ];
  for (const [number, half] of cases) {
    it(`of ${number} is 0x${half.toString(16).padStart(4, "0")}`, () => {
      const bytes = toHalves(Float32Array.of(number));
      expect(new DataView(bytes.buffer).getUint16(0, true)).to.equal(half);
    });
  }
});

describe("a BERT as a GGUF file", () => {
  it("has the very bytes that were compared with llama.cpp's own converter", async function () {
    if (isEmbeddingModelSkipped()) {
      console.log(skipNotice("embedding-model"));
      this.skip();
    }
    const { folder } = await ensureEmbeddingModel({ log: () => {} });
    const hash = createHash("sha256");
    for (const piece of bertFile(folder, { name: "all-MiniLM-L6-v2", type: "F16" }).bytes()) hash.update(piece);
    expect(hash.digest("hex")).to.equal(digest);
  });
});
