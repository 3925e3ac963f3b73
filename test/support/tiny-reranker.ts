/**
 * A reranker of one layer with known scores, for tests: a BERT whose attention weighs all tokens alike and whose feed-forward
 * part is zero. What it says of a query and a text is worked out here in double precision, from the same numbers.
 */
import { addWordPieces } from "../../scripts/models/bert/bert-file.js";
import { randomNumbers } from "../../scripts/models/random-blocks.js";
import { GgufWriter } from "../../src/server/models/sample/gguf-writer.js";

const width = 32;
const places = 64;
const words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "cats", "eat", "mice", "the", "sea", "is", "wide", "what"];
/** Source: llama.h, `llama_pooling_type`. */
const rankPooling = 4;
const epsilon = 1e-6;

const next = randomNumbers(7);
/** Numbers from -1 to 1, as single precision has them. */
const random = (count: number): Float32Array => Float32Array.from({ length: count }, () => next() / 2 ** 31 - 1);

/** Rows of `width` numbers: of words, of places, of values and of the score. */
const weights = {
  words: random(width * words.length),
  places: random(width * places),
  values: random(width * width),
  score: random(width),
};

const zeros = (count: number): Float32Array => new Float32Array(count);
const ones = (count: number): Float32Array => new Float32Array(count).fill(1);
const identity = Float32Array.from({ length: width * width }, (_, at) => (at % (width + 1) === 0 ? 1 : 0));

export function tinyReranker(): GgufWriter {
  const file = new GgufWriter()
    .string("general.architecture", "bert")
    .string("general.type", "model")
    .string("general.name", "tiny reranker")
    .u32("general.file_type", 0)
    .u32("bert.context_length", places)
    .u32("bert.embedding_length", width)
    .u32("bert.feed_forward_length", width)
    .u32("bert.block_count", 1)
    .u32("bert.attention.head_count", 1)
    .f32("bert.attention.layer_norm_epsilon", epsilon)
    .bool("bert.attention.causal", false)
    .u32("bert.pooling_type", rankPooling);
  addWordPieces(file, words.join("\n"), 2);
  const put = (name: string, dims: readonly number[], numbers: Float32Array): void => {
    file.tensor({ name, dims, type: "F32", data: () => [new Uint8Array(numbers.buffer)] });
  };
  const norm = (name: string): void => {
    put(`${name}.weight`, [width], ones(width));
    put(`${name}.bias`, [width], zeros(width));
  };
  put("token_embd.weight", [width, words.length], weights.words);
  put("position_embd.weight", [width, places], weights.places);
  put("token_types.weight", [width, 2], zeros(2 * width));
  norm("token_embd_norm");
  const square = [width, width];
  for (const [name, numbers] of [
    ["attn_q", zeros(width * width)],
    ["attn_k", zeros(width * width)],
    ["attn_v", weights.values],
    ["attn_output", identity],
    ["ffn_up", zeros(width * width)],
    ["ffn_down", zeros(width * width)],
  ] as const) {
    put(`blk.0.${name}.weight`, square, numbers);
    put(`blk.0.${name}.bias`, [width], zeros(width));
  }
  norm("blk.0.attn_output_norm");
  norm("blk.0.layer_output_norm");
  put("cls.output.weight", [width, 1], weights.score);
  put("cls.output.bias", [1], zeros(1));
  return file;
}

/** How well the text answers the query, 0 to 1. Both are words of its vocabulary, with blanks between. */
export function tinyScore(query: string, text: string): number {
  const read = (one: string): number[] => one.split(" ").map((word) => words.indexOf(word));
  const [begin, end] = [words.indexOf("[CLS]"), words.indexOf("[SEP]")];
  const tokens = [begin, ...read(query), end, ...read(text), end];
  const rows = tokens.map((token, place) =>
    leveled(Array.from({ length: width }, (_, i) => at(weights.words, token, i) + at(weights.places, place, i))),
  );
  const mean = Array.from({ length: width }, (_, i) => rows.reduce((sum, row) => sum + (row[i] ?? 0), 0) / rows.length);
  const attended = Array.from({ length: width }, (_, i) =>
    mean.reduce((sum, one, k) => sum + one * at(weights.values, i, k), 0),
  );
  const out = leveled(leveled(attended.map((one, i) => one + (rows[0]?.[i] ?? 0))));
  const logit = out.reduce((sum, one, i) => sum + one * (weights.score[i] ?? 0), 0);
  return 1 / (1 + Math.exp(-logit));
}

const at = (rows: Float32Array, row: number, column: number): number => rows[row * width + column] ?? Number.NaN;

function leveled(row: readonly number[]): number[] {
  const mean = row.reduce((sum, one) => sum + one, 0) / width;
  const variance = row.reduce((sum, one) => sum + (one - mean) ** 2, 0) / width;
  return row.map((one) => (one - mean) / Math.sqrt(variance + epsilon));
}
