/** The least weights that llama.cpp loads for an architecture: one layer, 32 numbers wide, random. */
import { randomBlocks, randomNumbers } from "../random-blocks.js";
import type { RawTensor } from "./write-raw-gguf.js";

const width = 32;
const context = 8192;
const seed = 20_240_602;
const ggmlTypes = { F32: 0, Q8_0: 8 } as const;

export interface TinyModel {
  /** Metadata behind the name of the architecture and a point. */
  readonly info: Readonly<Record<string, number>>;
  readonly tensors: readonly RawTensor[];
}

/** What the architectures of the families have beside a plain llama. */
const families: Readonly<
  Record<string, { readonly info?: Record<string, number>; readonly norms?: readonly string[] }>
> = {
  qwen3: {
    info: { "attention.key_length": width, "attention.value_length": width },
    norms: ["attn_q_norm", "attn_k_norm"],
  },
  gemma2: {
    info: {
      "attention.key_length": width,
      "attention.value_length": width,
      attn_logit_softcapping: 50.5,
      final_logit_softcapping: 30.5,
      "attention.sliding_window": 4096,
    },
    norms: ["post_attention_norm", "post_ffw_norm"],
  },
  gemma3: {
    info: { "attention.key_length": width, "attention.value_length": width },
    norms: ["attn_q_norm", "attn_k_norm", "post_attention_norm", "post_ffw_norm"],
  },
  "command-r": { info: { logit_scale: 0.0625 } },
  phi3: { info: { "rope.scaling.original_context_length": context, "rope.dimension_count": width } },
  llama: { info: { "rope.dimension_count": width } },
};

export function tinyModel(architecture: string, vocabulary: number): TinyModel {
  const next = randomNumbers(seed);
  const tensors: RawTensor[] = [];
  const matrix = (name: string, rows: number): void => {
    const bytes = rows * (width / 32) * 34;
    tensors.push({
      name,
      dims: [width, rows],
      ggmlType: ggmlTypes.Q8_0,
      bytes: filled(randomBlocks("Q8_0", 0.5, bytes, next), bytes),
    });
  };
  const vector = (name: string, value: number): void => {
    const numbers = new Float32Array(width).fill(value);
    tensors.push({ name, dims: [width], ggmlType: ggmlTypes.F32, bytes: Buffer.from(numbers.buffer) });
  };
  const isPhi = architecture === "phi3";
  const isCommandR = architecture === "command-r";
  matrix("token_embd.weight", vocabulary);
  vector("output_norm.weight", 1);
  for (const [name, rows] of isPhi ? ([["attn_qkv", 3 * width]] as const) : qkv) matrix(`blk.0.${name}.weight`, rows);
  if (architecture === "qwen2") for (const [name] of qkv) vector(`blk.0.${name}.bias`, 0);
  matrix("blk.0.attn_output.weight", width);
  vector("blk.0.attn_norm.weight", 1);
  if (!isCommandR) vector("blk.0.ffn_norm.weight", 1);
  for (const norm of families[architecture]?.norms ?? []) vector(`blk.0.${norm}.weight`, 1);
  if (!isPhi) matrix("blk.0.ffn_gate.weight", width);
  matrix("blk.0.ffn_up.weight", isPhi ? 2 * width : width);
  matrix("blk.0.ffn_down.weight", width);
  const info = {
    context_length: context,
    embedding_length: width,
    block_count: 1,
    feed_forward_length: width,
    "attention.head_count": 1,
    "attention.head_count_kv": 1,
    vocab_size: vocabulary,
    // a fraction, so that it is written as one
    "rope.freq_base": 10_000.5,
    [isCommandR ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"]: 1e-5,
    ...families[architecture]?.info,
  };
  return { info, tensors };
}

const qkv = [
  ["attn_q", width],
  ["attn_k", width],
  ["attn_v", width],
] as const;

/** So many bytes of the blocks, again from the start where there are too few. */
function filled(blocks: Buffer, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < size; at += blocks.length) blocks.copy(bytes, at, 0, Math.min(blocks.length, size - at));
  return bytes;
}
