import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { GgufWriter } from "./gguf-writer.js";

/** Kinds of tokens. Source: llama.h, `llama_token_type`. */
const kinds = { unknown: 2, control: 3, byte: 6 } as const;

const byteName = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;

/**
 * Writes a file with a vocabulary of single bytes and no model into this folder, and returns its path. Token 3 + n is the byte
 * n, token 2 ends a text.
 */
export async function writeByteVocabulary(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, "byte-vocabulary-v1.gguf");
  await byteVocabulary().write(path);
  return path;
}

function byteVocabulary(): GgufWriter {
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const tokens = ["<unk>", "<s>", "</s>", ...bytes.map(byteName)];
  return new GgufWriter()
    .string("general.architecture", "llama")
    .string("general.name", "byte vocabulary")
    .string("tokenizer.ggml.model", "llama")
    .strings("tokenizer.ggml.tokens", tokens)
    .i32s("tokenizer.ggml.token_type", [kinds.unknown, kinds.control, kinds.control, ...bytes.map(() => kinds.byte)])
    .u32("tokenizer.ggml.unknown_token_id", 0)
    .u32("tokenizer.ggml.bos_token_id", 1)
    .u32("tokenizer.ggml.eos_token_id", 2);
}
