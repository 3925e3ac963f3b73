import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import { Detokenizer } from "../../../src/server/llama/detokenizer.js";

/** A vocabulary of raw bytes: token n is byte n, and text is what a UTF-8 decoder makes of the bytes. */
const decode = (tokens: readonly Token[]): string => Buffer.from(tokens).toString("utf8");
const endsInReplacement = (tokens: readonly Token[]): boolean =>
  Buffer.from(tokens.slice(-3)).equals(Buffer.from("\uFFFD"));

/** The pieces that a text's bytes come out in, the flushed rest last. */
function pieces(bytes: Uint8Array): string[] {
  const detokenizer = new Detokenizer((tokens) => decode(tokens), [], endsInReplacement);
  return [...Array.from(bytes, (byte) => detokenizer.push(byte as Token)), detokenizer.flush()];
}

describe("Detokenizer", () => {
  it("gives ASCII at once", () => {
    expect(pieces(Buffer.from("abc"))).to.deep.equal(["a", "b", "c", ""]);
  });

  it("gives a character with its last byte", () => {
    expect(pieces(Buffer.from("é日🦙"))).to.deep.equal(["", "é", "", "", "日", "", "", "", "🦙", ""]);
  });

  it("gives every text exactly, modifiers and joiners too", () => {
    const text = "héllo 日本語 🦙🏽 👩‍👩‍👧 ok — ñ\0\r\n";
    expect(pieces(Buffer.from(text)).join("")).to.equal(text);
  });

  it("drops a character that is never finished, whatever its length", () => {
    for (const character of ["ñ", "本", "🦙"]) {
      const bytes = Buffer.from(character);
      for (let kept = 1; kept < bytes.length; kept += 1) {
        const cut = Buffer.concat([Buffer.from("ok "), bytes.subarray(0, kept)]);
        expect(pieces(cut).join("")).to.equal("ok ");
      }
    }
  });

  it("keeps a U+FFFD that was really written, within the text and at its end", () => {
    expect(pieces(Buffer.from("a\uFFFDb")).join("")).to.equal("a\uFFFDb");
    expect(pieces(Buffer.from("a\uFFFD\uFFFD")).join("")).to.equal("a\uFFFD\uFFFD");
  });

  it("shows bytes that are no UTF-8 as U+FFFD once more text follows", () => {
    expect(pieces(Buffer.from([0x61, 0xe6, 0x62])).join("")).to.equal("a\uFFFDb");
  });

  it("does not remember endlessly when nothing ever becomes a character", () => {
    const longest: number[] = [];
    const detokenizer = new Detokenizer(
      (tokens) => {
        longest.push(tokens.length);
        return decode(tokens);
      },
      [],
      endsInReplacement,
    );
    for (let count = 0; count < 500; count += 1) detokenizer.push(0x97 as Token);
    expect(Math.max(...longest)).to.equal(16);
  });

  it("shows the tokenizer the prompt's last tokens, then its own", () => {
    const seen: number[][] = [];
    const detokenizer = new Detokenizer(
      (tokens, before) => {
        seen.push([...before]);
        return decode(tokens);
      },
      [1, 2, 3, 4, 5, 6, 7, 8, 9] as Token[],
      endsInReplacement,
    );
    detokenizer.push(97 as Token);
    detokenizer.push(98 as Token);
    expect(seen).to.deep.equal([
      [2, 3, 4, 5, 6, 7, 8, 9],
      [3, 4, 5, 6, 7, 8, 9, 97],
    ]);
  });
});
