/**
 * The header of a model's file without its vocabulary: what llama.cpp needs to tell how much memory the model and its
 * contexts take. Pure.
 *
 * Sources: `ggml/docs/gguf.md`; llama.cpp `llama_vocab::impl::load`, which makes as many nameless tokens as
 * "vocab_size" says where the tokenizer's model is "none".
 */

export interface HeaderParts {
  /** "GGUF" and the version. */
  readonly magic: Buffer;
  readonly tensorCount: number;
  /** Entries of the metadata as they stand in the file, without those of `isOfVocabulary`. */
  readonly entries: readonly Buffer[];
  readonly architecture: string;
  readonly tokens: number;
  /** What follows the metadata: names, sizes and places of the tensors. */
  readonly tensors: Buffer;
  /** Bytes to whose multiple the header is filled up. */
  readonly alignment: number;
}

/** Types of values. Source: `ggml/docs/gguf.md`. */
export const valueTypes = { u32: 4, i32: 5, text: 8, list: 9 } as const;

/** Entries that tell of the vocabulary and have no place in such a header. */
export function isOfVocabulary(key: string): boolean {
  return key === "tokenizer.ggml.model" || key.endsWith(".vocab_size");
}

export function lightHeader(parts: HeaderParts): Buffer {
  const entries = [
    ...parts.entries,
    Buffer.concat([text("tokenizer.ggml.model"), number(valueTypes.text), text("none")]),
    Buffer.concat([text(`${parts.architecture}.vocab_size`), number(valueTypes.u32), number(parts.tokens)]),
  ];
  const counts = Buffer.alloc(16);
  counts.writeBigUInt64LE(BigInt(parts.tensorCount), 0);
  counts.writeBigUInt64LE(BigInt(entries.length), 8);
  const header = Buffer.concat([parts.magic, counts, ...entries, parts.tensors]);
  const isOver = header.length % parts.alignment;
  return isOver === 0 ? header : Buffer.concat([header, Buffer.alloc(parts.alignment - isOver)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  const length = Buffer.alloc(8);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
