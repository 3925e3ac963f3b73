import type { LlamaModel, Token } from "node-llama-cpp";
import { PackedTexts } from "./packed-texts.js";

/**
 * What the tokens' own texts in the file tell that the library does not: how long a token can be, and which bytes
 * it stands for.
 */
export class Vocabulary {
  /** No token stands for more bytes of text than this. */
  readonly longestTokenBytes: number;
  /** Tokens in the vocabulary; 0 when the file does not tell. */
  readonly size: number;
  readonly #texts: PackedTexts | readonly string[];
  readonly #isByteLevel: boolean;

  constructor(model: LlamaModel) {
    const tokenizer = model.fileInfo.metadata?.tokenizer?.ggml;
    const texts: unknown = tokenizer?.tokens;
    this.#texts = texts instanceof PackedTexts || Array.isArray(texts) ? texts : [];
    this.size = this.#texts.length;
    this.#isByteLevel = tokenizer?.model === "gpt2";
    this.longestTokenBytes = longestBytes(this.#texts);
  }

  /** Whether the bytes of these tokens, in a row, end in those of U+FFFD, so that the character is really meant. */
  endsInReplacement(tokens: readonly Token[]): boolean {
    const bytes = tokens.slice(-3).flatMap((token) => this.#bytes(token));
    return bytes.at(-3) === 0xef && bytes.at(-2) === 0xbf && bytes.at(-1) === 0xbd;
  }

  /** The bytes of text that a token stands for, as it is in the middle of a text; `isSpecial`: its text is meant as it is. */
  bytes(token: Token, isSpecial: boolean): Buffer {
    const text = this.#texts.at(token) ?? "";
    const byteToken = /^<0x([0-9A-F]{2})>$/i.exec(text)?.[1];
    if (byteToken !== undefined) return Buffer.from([Number.parseInt(byteToken, 16)]);
    if (isSpecial) return Buffer.from(text, "utf8");
    if (!this.#isByteLevel) return Buffer.from(text.replaceAll("▁", " "), "utf8");
    return Buffer.from([...text].map((letter) => byteOfLetter.get(letter) ?? 0x3f));
  }

  #bytes(token: Token): number[] {
    const text = this.#texts.at(token) ?? "";
    const byteToken = /^<0x([0-9A-F]{2})>$/i.exec(text)?.[1];
    if (byteToken !== undefined) return [Number.parseInt(byteToken, 16)];
    // byte-level vocabularies write these three bytes, and only these, as the letters of the same code
    return [...(this.#isByteLevel ? Buffer.from(text, "latin1") : Buffer.from(text, "utf8"))];
  }
}

/**
 * Which byte a letter of a byte-level vocabulary stands for: printable bytes for themselves, the others, in their order,
 * are the letters from U+0100 on. Source: `bytes_to_unicode` of GPT-2.
 */
const byteOfLetter: ReadonlyMap<string, number> = new Map(lettersOfBytes());

function lettersOfBytes(): [letter: string, byte: number][] {
  const isPrintable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => [String.fromCharCode(isPrintable(byte) ? byte : next++), byte]);
}

function longestBytes(texts: PackedTexts | readonly string[]): number {
  if (texts instanceof PackedTexts) return texts.longestBytes;
  return texts.reduce((longest, text) => Math.max(longest, Buffer.byteLength(text)), 1);
}
