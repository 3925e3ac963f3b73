import { expect } from "chai";
import { PackedTexts } from "../../../src/server/llama/packed-texts.js";

/** Texts as a file has them. */
function packed(texts: readonly string[]): PackedTexts {
  const parts = texts.map((text) => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    return Buffer.concat([length, bytes]);
  });
  return new PackedTexts(Buffer.concat(parts), texts.length);
}

describe("PackedTexts", () => {
  const texts = ["", "a", "▁the", "<0x0A>", "日本語", "🙂"];

  it("gives each text, and nothing beyond them", () => {
    const all = packed(texts);
    expect(texts.map((_, index) => all.at(index))).to.deep.equal(texts);
    for (const index of [-1, texts.length, 0.5, Number.NaN]) expect(all.at(index)).to.equal(undefined);
  });

  it("knows the longest in bytes; at least 1", () => {
    expect(packed(texts).longestBytes).to.equal(9);
    expect(packed(["", ""]).longestBytes).to.equal(1);
    expect(packed([]).longestBytes).to.equal(1);
  });
});
