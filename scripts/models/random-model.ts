/** Models with random weights and realistic shapes: as slow as real ones, and as silent. */
import { byteAlphabet, spellInBytes } from "../../src/server/models/sample/byte-alphabet.js";
import { type GgmlType, ggmlTypes, tensorBytes } from "../../src/server/models/sample/ggml-types.js";
import { GgufWriter } from "../../src/server/models/sample/gguf-writer.js";
import { addVocabulary, type TokenizerTables } from "../../src/server/models/sample/sample-file.js";
import type { ModelShape } from "./model-shapes.js";
import { randomBlocks, randomNumbers } from "./random-blocks.js";

/**
 * Standard deviation of embeddings. With larger ones the shared input and output embedding makes the model repeat one
 * token; with this, 14 to 16 of 20 tokens differ.
 */
const embeddingDeviation = 0.05;
const seed = 20_240_601;

/** `general.file_type`. Source: `llama_ftype` in llama.h. */
const fileTypes = { F32: 0, F16: 1, Q4_0: 2, Q8_0: 7 } as const;

/** A model file of this shape, ready to be written; the same shape and type give the same bytes. */
export function randomModel(name: string, shape: ModelShape, type: GgmlType): GgufWriter {
  const { width, layers, heads, keyHeads, feedForward, vocabulary } = shape;
  const headLength = width / heads;
  const file = new GgufWriter()
    .string("general.architecture", "llama")
    .string("general.type", "model")
    .string("general.name", name)
    .u32("general.file_type", fileTypes[type])
    .u32("general.quantization_version", 2)
    .u32("llama.context_length", shape.contextLength)
    .u32("llama.embedding_length", width)
    .u32("llama.block_count", layers)
    .u32("llama.feed_forward_length", feedForward)
    .u32("llama.attention.head_count", heads)
    .u32("llama.attention.head_count_kv", keyHeads)
    .u32("llama.rope.dimension_count", headLength)
    .f32("llama.rope.freq_base", shape.ropeBase)
    .f32("llama.attention.layer_norm_rms_epsilon", 1e-5)
    .u32("llama.vocab_size", vocabulary);
  addVocabulary(file, fillerVocabulary(vocabulary));

  const next = randomNumbers(seed);
  const pools = new Map<string, Buffer>();
  const random = (tensor: string, dims: readonly number[], as: GgmlType, deviation: number): void => {
    const key = `${as} ${deviation}`;
    const pool = pools.get(key) ?? randomBlocks(as, deviation, tensorBytes(as, dims), next);
    pools.set(key, pool);
    const { blockBytes } = ggmlTypes[as];
    const start = (next() % Math.floor(pool.length / blockBytes)) * blockBytes;
    file.tensor({ name: tensor, dims, type: as, data: () => repeated(pool, start, tensorBytes(as, dims)) });
  };
  const norm = (tensor: string): void => {
    const ones = new Float32Array(width).fill(1);
    file.tensor({ name: tensor, dims: [width], type: "F32", data: () => [new Uint8Array(ones.buffer)] });
  };
  // Embeddings of quantised models are usually kept finer than the rest.
  random("token_embd.weight", [width, vocabulary], type === "Q4_0" ? "Q8_0" : type, embeddingDeviation);
  norm("output_norm.weight");
  const deviation = 1 / Math.sqrt(width);
  for (let layer = 0; layer < layers; layer++) {
    const block = `blk.${layer}`;
    norm(`${block}.attn_norm.weight`);
    norm(`${block}.ffn_norm.weight`);
    random(`${block}.attn_q.weight`, [width, width], type, deviation);
    random(`${block}.attn_k.weight`, [width, keyHeads * headLength], type, deviation);
    random(`${block}.attn_v.weight`, [width, keyHeads * headLength], type, deviation);
    random(`${block}.attn_output.weight`, [width, width], type, deviation);
    random(`${block}.ffn_gate.weight`, [width, feedForward], type, deviation);
    random(`${block}.ffn_up.weight`, [width, feedForward], type, deviation);
    random(`${block}.ffn_down.weight`, [feedForward, width], type, 1 / Math.sqrt(feedForward));
  }
  return file;
}

function* repeated(pool: Buffer, start: number, size: number): Generator<Uint8Array, void, undefined> {
  let left = size;
  for (let at = start; left > 0; at = 0) {
    const piece = pool.subarray(at, at + Math.min(left, pool.length - at));
    yield piece;
    left -= piece.length;
  }
}

/** Control tokens, bytes and made-up words, so that generated text looks like text. */
function fillerVocabulary(size: number): TokenizerTables {
  const control = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|begin_of_text|>"];
  const words: string[] = [];
  const syllables = [..."bcdfghjklmnprstvwz"].flatMap((consonant) => [..."aeiou"].map((vowel) => consonant + vowel));
  for (let index = 0; words.length < size - control.length - byteAlphabet.length; index++) {
    words.push(spellInBytes(` ${inSyllables(index, syllables)}`));
  }
  const spellings = [...control, ...byteAlphabet, ...words];
  const types = spellings.map((_, id) => (id < control.length ? 3 : 1));
  return { spellings, types, eos: 0, turnEnd: 2, bos: 3 };
}

/** A number written in syllables, a different word for every number. */
function inSyllables(index: number, syllables: readonly string[]): string {
  const rest = Math.floor(index / syllables.length);
  return (rest > 0 ? inSyllables(rest - 1, syllables) : "") + (syllables[index % syllables.length] ?? "");
}
