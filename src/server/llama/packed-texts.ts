/**
 * The texts of a long list in a model's file, as they stand there: a tenth of the memory of strings, and no time to make
 * them. Source: GGUF specification, array of strings: each is its length in 8 bytes, then UTF-8.
 */
export class PackedTexts {
  readonly length: number;
  /** UTF-8 bytes of the longest; at least 1. */
  readonly longestBytes: number;
  readonly #bytes: Buffer;
  /** Where each begins, and where the last ends. */
  readonly #starts: Uint32Array;

  /** `bytes`: `count` texts, one after the other; copied. */
  constructor(bytes: Buffer, count: number) {
    this.length = count;
    this.#bytes = Buffer.from(bytes);
    this.#starts = new Uint32Array(count + 1);
    let longest = 1;
    let at = 0;
    for (let index = 0; index < count; index++) {
      const length = this.#bytes.readUInt32LE(at);
      longest = Math.max(longest, length);
      this.#starts[index] = at;
      at += lengthBytes + length;
    }
    this.#starts[count] = at;
    this.longestBytes = longest;
  }

  at(index: number): string | undefined {
    if (!Number.isInteger(index) || index < 0 || index >= this.length) return undefined;
    const [start = 0, end = 0] = this.#starts.subarray(index, index + 2);
    return this.#bytes.toString("utf8", start + lengthBytes, end);
  }
}

const lengthBytes = 8;
