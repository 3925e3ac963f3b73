/**
 * A BERT as sentence-transformers publishes it (`config.json`, `vocab.txt`, `model.safetensors`) as a GGUF file: the
 * tensors and the tokenizer that llama.cpp's own converter writes, byte for byte, without Python.
 *
 * Sources: llama.cpp `convert_hf_to_gguf.py`, class BertModel; `gguf-py/gguf/tensor_mapping.py`.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GgufWriter } from "../../../src/server/models/sample/gguf-writer.js";
import { toHalves } from "./half-precision.js";
import { readSafetensors, type Weights } from "./safetensors.js";

export interface BertOptions {
  /** `general.name`. */
  readonly name: string;
  /** How matrices are stored; vectors and the embeddings of places and kinds are always F32. */
  readonly type: "F16" | "F32";
}

interface BertConfig {
  readonly hidden_size: number;
  readonly intermediate_size: number;
  readonly num_hidden_layers: number;
  readonly num_attention_heads: number;
  readonly max_position_embeddings: number;
  readonly type_vocab_size: number;
  readonly layer_norm_eps: number;
}

/** Mean of all tokens. Source: llama.h, `llama_pooling_type`. */
const meanPooling = 1;
/** `general.file_type`. Source: llama.h, `llama_ftype`. */
const fileTypes = { F32: 0, F16: 1 } as const;
const controlTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/** Outside of the layers: name in GGUF, name in PyTorch. */
const outerTensors = [
  ["token_embd.weight", "embeddings.word_embeddings.weight"],
  ["position_embd.weight", "embeddings.position_embeddings.weight"],
  ["token_types.weight", "embeddings.token_type_embeddings.weight"],
  ["token_embd_norm.weight", "embeddings.LayerNorm.weight"],
  ["token_embd_norm.bias", "embeddings.LayerNorm.bias"],
] as const;
/** Of each layer, with a weight and a bias. */
const layerTensors = [
  ["attn_q", "attention.self.query"],
  ["attn_k", "attention.self.key"],
  ["attn_v", "attention.self.value"],
  ["attn_output", "attention.output.dense"],
  ["attn_output_norm", "attention.output.LayerNorm"],
  ["ffn_up", "intermediate.dense"],
  ["ffn_down", "output.dense"],
  ["layer_output_norm", "output.LayerNorm"],
] as const;
const alwaysFull: ReadonlySet<string> = new Set(["position_embd.weight", "token_types.weight"]);

/** The file of the model in this folder, ready to be written; the same bytes every time. */
export function bertFile(folder: string, { name, type }: BertOptions): GgufWriter {
  const config: BertConfig = JSON.parse(readFileSync(join(folder, "config.json"), "utf8"));
  const weights = readSafetensors(join(folder, "model.safetensors"));
  const file = new GgufWriter()
    .string("general.architecture", "bert")
    .string("general.type", "model")
    .string("general.name", name)
    .u32("general.file_type", fileTypes[type])
    .u32("general.quantization_version", 2)
    .u32("bert.context_length", config.max_position_embeddings)
    .u32("bert.embedding_length", config.hidden_size)
    .u32("bert.feed_forward_length", config.intermediate_size)
    .u32("bert.block_count", config.num_hidden_layers)
    .u32("bert.attention.head_count", config.num_attention_heads)
    .f32("bert.attention.layer_norm_epsilon", config.layer_norm_eps)
    .bool("bert.attention.causal", false)
    .u32("bert.pooling_type", meanPooling);
  addWordPieces(file, readFileSync(join(folder, "vocab.txt"), "utf8"), config.type_vocab_size);
  const put = (tensor: string, source: string): void => {
    const found = weights.get(source);
    if (found === undefined) throw new Error(`The model has no tensor ${source}.`);
    addTensor(file, tensor, found, type);
  };
  for (const [tensor, source] of outerTensors) put(tensor, source);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    for (const [tensor, source] of layerTensors) {
      for (const part of ["weight", "bias"]) {
        put(`blk.${layer}.${tensor}.${part}`, `encoder.layer.${layer}.${source}.${part}`);
      }
    }
  }
  return file;
}

function addTensor(file: GgufWriter, name: string, { shape, numbers }: Weights, type: BertOptions["type"]): void {
  const isHalf = type === "F16" && shape.length === 2 && !alwaysFull.has(name);
  const bytes = (): Uint8Array =>
    isHalf ? toHalves(numbers) : new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  file.tensor({ name, dims: [...shape].reverse(), type: isHalf ? "F16" : "F32", data: () => [bytes()] });
}

/** WordPiece as llama.cpp reads it: what begins a word gets U+2581, what goes on with one loses its "##". */
export function addWordPieces(file: GgufWriter, vocabulary: string, kinds: number): GgufWriter {
  const words = vocabulary.split("\n").filter((word, index, all) => word !== "" || index < all.length - 1);
  const isControl = (word: string): boolean => (controlTokens as readonly string[]).includes(word);
  const spelled = (word: string): string => (word.startsWith("##") ? word.slice(2) : `\u2581${word}`);
  const [pad, unknown, begin, end, mask] = controlTokens.map((word) => words.indexOf(word));
  return file
    .string("tokenizer.ggml.model", "bert")
    .string("tokenizer.ggml.pre", "jina-v2-en")
    .u32("tokenizer.ggml.token_type_count", kinds)
    .strings(
      "tokenizer.ggml.tokens",
      words.map((word) => (isControl(word) ? word : spelled(word))),
    )
    .i32s(
      "tokenizer.ggml.token_type",
      words.map((word) => (isControl(word) ? 3 : 1)),
    )
    .u32("tokenizer.ggml.bos_token_id", begin ?? 0)
    .u32("tokenizer.ggml.eos_token_id", end ?? 0)
    .u32("tokenizer.ggml.seperator_token_id", end ?? 0)
    .u32("tokenizer.ggml.unknown_token_id", unknown ?? 0)
    .u32("tokenizer.ggml.padding_token_id", pad ?? 0)
    .u32("tokenizer.ggml.mask_token_id", mask ?? 0)
    .bool("tokenizer.ggml.add_bos_token", true)
    .bool("tokenizer.ggml.add_eos_token", true)
    .bool("tokenizer.ggml.add_sep_token", false)
    .bool("tokenizer.ggml.normalizer.lowercase", true);
}
