/**
 * Model files that are damaged, wrong or malicious, and what llama.cpp does with each of them.
 *
 * Every expectation was observed with the pinned node-llama-cpp: "refused" is an error, "aborts" ends the process that
 * loads, "hangs" never comes back, "loads" means that the file can be opened although something is wrong with it.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { randomNumbers } from "../../scripts/models/random-blocks.js";
import { randomModel } from "../../scripts/models/random-model.js";
import type { GgufWriter, MetadataValue } from "../../src/server/models/sample/gguf-writer.js";

export type LoadEnding = "refused" | "aborts" | "hangs" | "loads";

export interface HostileModel {
  /** Absolute path. */
  readonly file: string;
  /** What is wrong with it. */
  readonly what: string;
  readonly expect: LoadEnding;
}

type Entry = readonly [name: string, what: string, expect: LoadEnding];

/** A whole model of 400 kB; each hostile one differs from it in one thing. */
const whole = (): GgufWriter =>
  randomModel(
    "hostile",
    {
      width: 64,
      layers: 1,
      heads: 2,
      keyHeads: 2,
      feedForward: 64,
      vocabulary: 320,
      contextLength: 512,
      ropeBase: 1e4,
    },
    "F32",
  );

/** Files that are no models at all. */
const foreign: readonly (readonly [...Entry, string | Buffer])[] = [
  ["empty", "no bytes", "refused", ""],
  ["text", "plain text", "refused", "this is not a model\n".repeat(10)],
  ["html", "an error page that was saved as a model", "refused", "<!DOCTYPE html><html><body>404</body></html>"],
  [
    "lfs-pointer",
    "a git-lfs pointer instead of the file",
    "refused",
    "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n",
  ],
  ["random", "5000 random bytes", "refused", noise(5000, 7)],
  ["zeros", "4096 zeros", "refused", Buffer.alloc(4096)],
];

/** Changes to the bytes of a whole model. Offsets: version at 4, tensor count at 8, value count at 16, first key at 24. */
const cut: readonly (readonly [...Entry, (bytes: Buffer) => Buffer])[] = [
  ["magic-only", "nothing after the first four bytes", "refused", (bytes) => bytes.subarray(0, 4)],
  ["cut-header", "cut within the header", "refused", (bytes) => bytes.subarray(0, 1000)],
  ["cut-half", "cut in the middle", "refused", (bytes) => bytes.subarray(0, bytes.length >> 1)],
  ["cut-end", "the last 33 bytes are missing", "refused", (bytes) => bytes.subarray(0, bytes.length - 33)],
  ["wrong-magic", "begins with GGUX", "refused", (bytes) => overwrite(bytes, 3, Buffer.from("X"))],
  ["old-version", "format version 1", "refused", (bytes) => overwrite(bytes, 4, u64(1n).subarray(0, 4))],
  ["future-version", "format version 99", "refused", (bytes) => overwrite(bytes, 4, u64(99n).subarray(0, 4))],
  ["big-endian", "the version is byte-swapped", "refused", (bytes) => overwrite(bytes, 4, Buffer.from([0, 0, 0, 3]))],
  ["many-tensors", "claims 2^40 tensors; zeros describe them", "hangs", (bytes) => zeroTensors(bytes, 2n ** 40n)],
  ["most-tensors", "claims 2^63 tensors", "refused", (bytes) => overwrite(bytes, 8, u64(2n ** 63n))],
  ["many-values", "claims 2^60 metadata values", "refused", (bytes) => overwrite(bytes, 16, u64(2n ** 60n))],
  ["long-key", "the first key claims 2^62 bytes", "refused", (bytes) => overwrite(bytes, 24, u64(2n ** 62n))],
];

const without = (key: string) => (file: GgufWriter) => void file.metadata.delete(key);
const replaced = (key: string, value: MetadataValue) => (file: GgufWriter) => void file.metadata.set(key, value);
const number = (key: string, value: number) => replaced(key, { type: "u32", value });
const word = (key: string, value: string) => replaced(key, { type: "string", value });
const withoutTensor = (name: string) => (file: GgufWriter) => {
  file.tensors.splice(
    file.tensors.findIndex((tensor) => tensor.name === name),
    1,
  );
};

/** Changes to what a whole model says. */
const changed: readonly (readonly [...Entry, (file: GgufWriter) => void])[] = [
  ["no-architecture", "general.architecture is missing", "refused", without("general.architecture")],
  ["unknown-architecture", "an architecture nobody knows", "refused", word("general.architecture", "nosuch")],
  ["adapter", "says that it is an adapter", "loads", word("general.type", "adapter")],
  ["no-tokens", "the vocabulary is missing", "refused", without("tokenizer.ggml.tokens")],
  ["no-tokenizer", "tokenizer.ggml.model is missing", "refused", without("tokenizer.ggml.model")],
  ["unknown-tokenizer", "a tokenizer nobody knows", "refused", word("tokenizer.ggml.model", "nosuch")],
  ["unknown-pre-tokenizer", "a pre-tokenizer nobody knows", "refused", word("tokenizer.ggml.pre", "nosuch")],
  ["no-merges", "the merges are missing", "refused", without("tokenizer.ggml.merges")],
  ["no-heads", "the number of heads is missing", "aborts", without("llama.attention.head_count")],
  ["zero-heads", "0 attention heads", "aborts", number("llama.attention.head_count", 0)],
  ["more-heads", "3 heads for 64 numbers", "refused", number("llama.attention.head_count", 3)],
  ["no-width", "llama.embedding_length is missing", "refused", without("llama.embedding_length")],
  ["wrong-width", "llama.embedding_length is 4096", "refused", number("llama.embedding_length", 4096)],
  ["zero-context", "made for 0 tokens", "loads", number("llama.context_length", 0)],
  ["two-layers", "claims a block that is not there", "refused", number("llama.block_count", 2)],
  ["many-layers", "claims 1000 blocks; 512 is the most", "aborts", number("llama.block_count", 1000)],
  ["eos-outside", "the end token is none of the vocabulary", "loads", number("tokenizer.ggml.eos_token_id", 99999)],
  ["bos-outside", "the begin token is none of the vocabulary", "loads", number("tokenizer.ggml.bos_token_id", 99999)],
  ["wrong-type", "the number of blocks is text", "refused", word("llama.block_count", "one")],
  ["no-template", "no chat template", "loads", without("tokenizer.chat_template")],
  [
    "broken-template",
    "a chat template that ends in the middle",
    "loads",
    word("tokenizer.chat_template", "{% for m in"),
  ],
  ["same-tokens", "two tokens are spelled alike", "aborts", sameTokens],
  ["no-embeddings", "token_embd.weight is missing", "refused", withoutTensor("token_embd.weight")],
  ["no-attention", "blk.0.attn_q.weight is missing", "refused", withoutTensor("blk.0.attn_q.weight")],
  ["same-tensor", "a tensor comes twice", "refused", (file) => void file.tensors.push(...file.tensors.slice(-1))],
  ["nan-weights", "the last norm is not a number", "loads", nanWeights],
];

/** Headers with random bytes in them, by seed. */
const fuzzed: readonly (readonly [seed: number, expect: LoadEnding])[] = [
  [1, "refused"],
  [2, "refused"],
  [3, "refused"],
  [4, "refused"],
  [5, "refused"],
  [6, "refused"],
];

/** Writes every file into an existing folder. The bytes are the same every time. */
export async function writeHostileModels(folder: string): Promise<HostileModel[]> {
  const bytes = bytesOf(whole());
  const models: HostileModel[] = [];
  const put = async ([name, what, expect]: Entry, content: string | Buffer): Promise<void> => {
    const file = join(folder, `${name}.gguf`);
    await writeFile(file, content);
    models.push({ file, what, expect });
  };
  for (const [name, what, expect, content] of foreign) await put([name, what, expect], content);
  for (const [name, what, expect, change] of cut) await put([name, what, expect], change(Buffer.from(bytes)));
  for (const [name, what, expect, change] of changed) {
    const file = whole();
    change(file);
    await put([name, what, expect], bytesOf(file));
  }
  for (const [seed, expect] of fuzzed) {
    await put([`fuzz-${seed}`, `20 random bytes in the header, seed ${seed}`, expect], fuzz(bytes, seed));
  }
  return models;
}

const bytesOf = (file: GgufWriter): Buffer => Buffer.concat([...file.bytes()]);

function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function overwrite(bytes: Buffer, at: number, value: Buffer): Buffer {
  value.copy(bytes, at);
  return bytes;
}

/** Keeps the metadata and puts zeros where tensors are described. */
function zeroTensors(bytes: Buffer, count: bigint): Buffer {
  const first = bytes.indexOf("token_embd.weight");
  return overwrite(bytes, 8, u64(count)).fill(0, first - 8);
}

function noise(size: number, seed: number): Buffer {
  const next = randomNumbers(seed);
  return Buffer.from(Uint8Array.from({ length: size }, () => next() & 0xff));
}

function fuzz(bytes: Buffer, seed: number): Buffer {
  const next = randomNumbers(seed);
  const copy = Buffer.from(bytes);
  for (let i = 0; i < 20; i++) copy[8 + (next() % 5000)] = next() & 0xff;
  return copy;
}

function sameTokens(file: GgufWriter): void {
  const tokens = file.metadata.get("tokenizer.ggml.tokens");
  if (tokens?.type !== "strings") throw new Error("The model has no tokens to double.");
  file.strings(
    "tokenizer.ggml.tokens",
    tokens.value.map((token, id) => (id === 270 ? (tokens.value[271] ?? token) : token)),
  );
}

function nanWeights(file: GgufWriter): void {
  const place = file.tensors.findIndex(({ name }) => name === "output_norm.weight");
  const tensor = file.tensors[place];
  if (tensor === undefined) throw new Error("The model has no norm to spoil.");
  const size = tensor.dims[0] ?? 0;
  file.tensors[place] = { ...tensor, data: () => [new Uint8Array(new Float32Array(size).fill(Number.NaN).buffer)] };
}
