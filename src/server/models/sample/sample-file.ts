/**
 * A sample model as a GGUF file that an unmodified llama.cpp loads: architecture `llama`, one block.
 *
 * The residual stream is twice the vocabulary wide. Its first half holds the current token as a one-hot vector. Query
 * and key are zero, so attention weighs every token of the context alike; value and output projections copy the average,
 * which is each token's share of the context, into the second half. The feed-forward part is zero. The final norm
 * undoes every scale, and `output.weight` is the pair of tables, `[lift + follow | bend]`, number by number.
 */
import { type GgmlType, tensorBytes } from "./ggml-types.js";
import { GgufWriter } from "./gguf-writer.js";
import { type LanguageTables, lift } from "./language-tables.js";
import { headSize, type SampleVocabulary } from "./vocabulary.js";

/** Tokens of context the file claims to be made for; attention has no positions, so any number would do. */
const contextLength = 32768;
/** `llama.attention.layer_norm_rms_epsilon`; the norm weights take it into account. */
const normEpsilon = 1e-6;
/** Height of the one-hot vector; a power of two, so that half precision stores it exactly. */
const amplitude = 32;
/** The shares are written this much smaller, so that they do not change what the final norm divides by (2^-24). */
const shareScale = 2 ** -12;
const feedForwardLength = 64;

/** One-half-precision numbers used here. Source: IEEE 754 binary16. */
const half = { one: 0x3c00, amplitude: 0x5000 } as const;

/** https://github.com/openai/openai-python/blob/v0.28.1/chatml.md, in the Jinja that model files carry. */
const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}" +
  "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** Writes the tokenizer's part of the header: byte-level BPE without merges, ChatML. */
export function addVocabulary(file: GgufWriter, vocabulary: TokenizerTables): GgufWriter {
  return file
    .string("tokenizer.ggml.model", "gpt2")
    .string("tokenizer.ggml.pre", "llama-bpe")
    .strings("tokenizer.ggml.tokens", vocabulary.spellings)
    .i32s("tokenizer.ggml.token_type", vocabulary.types)
    .strings("tokenizer.ggml.merges", [])
    .u32("tokenizer.ggml.bos_token_id", vocabulary.bos)
    .u32("tokenizer.ggml.eos_token_id", vocabulary.eos)
    .u32("tokenizer.ggml.eot_token_id", vocabulary.turnEnd)
    .bool("tokenizer.ggml.add_bos_token", true)
    .bool("tokenizer.ggml.add_eos_token", false)
    .string("tokenizer.chat_template", chatTemplate);
}

/** What the header says about tokens. */
export type TokenizerTables = Pick<SampleVocabulary, "spellings" | "types" | "bos" | "eos" | "turnEnd">;

/** The model file of these tables, ready to be written. */
export function sampleFile(name: string, { vocabulary, follow, bend }: LanguageTables): GgufWriter {
  const { size } = vocabulary;
  const width = 2 * size;
  const heads = size / headSize;
  const file = new GgufWriter()
    .string("general.architecture", "llama")
    .string("general.type", "model")
    .string("general.name", name)
    .u32("general.file_type", 0)
    .u32("llama.context_length", contextLength)
    .u32("llama.embedding_length", width)
    .u32("llama.block_count", 1)
    .u32("llama.feed_forward_length", feedForwardLength)
    .u32("llama.attention.head_count", heads)
    .u32("llama.attention.head_count_kv", heads)
    .u32("llama.attention.key_length", headSize)
    .u32("llama.attention.value_length", headSize)
    .u32("llama.rope.dimension_count", headSize)
    .f32("llama.rope.freq_base", 10000)
    .f32("llama.attention.layer_norm_rms_epsilon", normEpsilon)
    .u32("llama.vocab_size", size);
  addVocabulary(file, vocabulary);

  const tensor = (name: string, type: GgmlType, dims: readonly number[], fill?: (data: DataView) => void): void => {
    file.tensor({ name, dims, type, data: () => [filled(tensorBytes(type, dims), fill)] });
  };
  // With this weight a norm turns the one-hot vector's height into exactly 1.
  const unit = Math.sqrt(amplitude ** 2 / width + normEpsilon) / amplitude;
  tensor("token_embd.weight", "F16", [width, size], diagonal16(width, half.amplitude));
  tensor("output_norm.weight", "F32", [width], (data) => {
    for (let i = 0; i < width; i++) data.setFloat32(4 * i, i < size ? unit : unit / shareScale, true);
  });
  tensor("output.weight", "F32", [width, size], (data) => {
    for (let next = 0; next < size; next++) {
      for (let i = 0; i < size; i++) {
        data.setFloat32(4 * (next * width + i), lift + (follow[next * size + i] ?? 0), true);
        data.setFloat32(4 * (next * width + size + i), bend[next * size + i] ?? 0, true);
      }
    }
  });
  tensor("blk.0.attn_norm.weight", "F32", [width], (data) => {
    for (let i = 0; i < width; i++) data.setFloat32(4 * i, unit, true);
  });
  // nothing but zeros, which any type holds exactly
  tensor("blk.0.attn_q.weight", "Q8_0", [width, size]);
  tensor("blk.0.attn_k.weight", "Q8_0", [width, size]);
  tensor("blk.0.attn_v.weight", "F16", [width, size], diagonal16(width, half.one));
  // Full precision: here the shares themselves are multiplied, and half precision would round them.
  tensor("blk.0.attn_output.weight", "F32", [size, width], (data) => {
    for (let i = 0; i < size; i++) data.setFloat32(4 * ((size + i) * size + i), amplitude * shareScale, true);
  });
  tensor("blk.0.ffn_norm.weight", "F32", [width], (data) => {
    for (let i = 0; i < width; i++) data.setFloat32(4 * i, 1, true);
  });
  tensor("blk.0.ffn_gate.weight", "Q8_0", [width, feedForwardLength]);
  tensor("blk.0.ffn_up.weight", "Q8_0", [width, feedForwardLength]);
  tensor("blk.0.ffn_down.weight", "Q8_0", [feedForwardLength, width]);
  return file;
}

function filled(size: number, fill: ((data: DataView) => void) | undefined): Uint8Array {
  const bytes = new Uint8Array(size);
  fill?.(new DataView(bytes.buffer));
  return bytes;
}

/** One half-precision number on the diagonal of rows that are `width` long. */
const diagonal16 =
  (width: number, value: number) =>
  (data: DataView): void => {
    for (let i = 0; 2 * (i * width + i) < data.byteLength; i++) data.setUint16(2 * (i * width + i), value, true);
  };
