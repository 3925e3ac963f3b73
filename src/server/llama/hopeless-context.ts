import type { LlamaModel } from "node-llama-cpp";
import { type AttentionShape, cacheBytes } from "../engine/context-bytes.js";

/**
 * How far over all memory that there is a guess must be before it counts: sliding windows and recurrent layers take much
 * less than it says.
 */
const margin = 4;

/**
 * Bytes that a context of this many tokens in all slots together takes when that is far beyond `limitBytes`, all memory
 * that this process may ever have; null when it is worth trying.
 *
 * Trying is expensive: the library makes the bookkeeping of every token before it finds the memory wanting, which
 * takes gigabytes and minutes for tens of millions of tokens.
 */
export function hopelessContextBytes(model: LlamaModel, tokens: number, limitBytes: number): number | null {
  const shape = attentionShape(model);
  const bytes = shape === null ? 0 : cacheBytes(shape, tokens);
  return bytes > margin * limitBytes ? bytes : null;
}

/** What the model's header says of its attention; null where its cache cannot be told from that. */
export function attentionShape(model: LlamaModel): AttentionShape | null {
  const metadata = model.fileInfo.architectureMetadata as unknown as Record<string, unknown> | undefined;
  const attention = metadata?.attention as Record<string, unknown> | undefined;
  // compressed caches are up to 70 times smaller than their heads suggest
  if (metadata === undefined || attention === undefined || attention.kv_lora_rank !== undefined) return null;
  const headLength = numberOr(metadata.embedding_length, 0) / numberOr(attention.head_count, 1);
  return {
    layers: numberOr(metadata.block_count, 0),
    keyHeads: numberOr(attention.head_count_kv, numberOr(attention.head_count, 0)),
    keyLength: numberOr(attention.key_length, headLength),
    valueLength: numberOr(attention.value_length, headLength),
  };
}

/** A number, or the mean of one for each layer. */
function numberOr(value: unknown, fallback: number): number {
  if (Array.isArray(value)) return value.reduce((sum, one) => sum + Number(one), 0) / value.length;
  return typeof value === "number" && value > 0 ? value : fallback;
}
