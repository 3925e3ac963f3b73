/** How much memory a model needs before it is loaded. Pure, and only as good as the file's header. */
import { autoContext, cacheBytes, longestAutoText } from "../engine/context-bytes.js";
import type { GgufHeader } from "./gguf-header.js";

export interface ContextWish {
  readonly context: number | "auto";
  readonly slots: number;
}

/** What an engine process takes beside the model: its program, libraries and buffers for a step. Measured: 80 to 150 MB. */
const processBytes = 128 * 2 ** 20;

/**
 * Bytes an engine with this model takes: weights, context of all slots, and the process itself.
 *
 * Rather too many than too few: sliding windows and compressed caches take less. Without a header the context counts
 * as nothing.
 */
export function neededBytes(sizeBytes: number, header: GgufHeader | undefined, wish: ContextWish): number {
  return sizeBytes + contextBytes(header, wish) + processBytes;
}

/** Numbers that a step holds for each token and each number of its vector, beside its attention. Measured: 100 to 130. */
const stepNumbers = 150;

/**
 * Bytes an engine with a model for embeddings or a reranker takes: weights, one step of the longest text, and the process
 * itself. A text leaves nothing behind.
 */
export function encoderBytes(
  sizeBytes: number,
  header: GgufHeader | undefined,
  wish: Pick<ContextWish, "context">,
): number {
  return sizeBytes + stepBytes(header, wish) + processBytes;
}

function stepBytes(header: GgufHeader | undefined, { context }: Pick<ContextWish, "context">): number {
  const architecture = header?.values.get("general.architecture");
  if (header === undefined || typeof architecture !== "string") return 0;
  const value = (name: string): number => numberOf(header, `${architecture}.${name}`);
  const trained = value("context_length") || longestAutoText;
  const tokens = Math.min(context === "auto" ? longestAutoText : context, trained);
  const perToken = stepNumbers * value("embedding_length") + tokens * value("attention.head_count");
  return Math.min(4 * tokens * perToken, Number.MAX_SAFE_INTEGER / 4);
}

/** What to know of a context larger than a model was trained for, as a sentence; null where it is not, or not known. */
export function contextWarning(context: number, trainContext: number): string | null {
  if (!(trainContext > 0 && context > trainContext)) return null;
  return `Its context of ${context} tokens is more than the ${trainContext} it was trained for: what it says beyond those may be senseless.`;
}

function contextBytes(header: GgufHeader | undefined, { context, slots }: ContextWish): number {
  const architecture = header?.values.get("general.architecture");
  if (header === undefined || typeof architecture !== "string") return 0;
  const value = (name: string): number => numberOf(header, `${architecture}.${name}`);
  // compressed caches are up to 70 times smaller than their heads suggest
  if (value("attention.kv_lora_rank") > 0) return 0;
  const trained = value("context_length") || autoContext;
  const tokens = context === "auto" ? Math.min(autoContext, trained) : context;
  const heads = value("attention.head_count");
  const headLength = heads > 0 ? value("embedding_length") / heads : 0;
  const shape = {
    layers: value("block_count"),
    keyHeads: value("attention.head_count_kv") || heads,
    keyLength: value("attention.key_length") || headLength,
    valueLength: value("attention.value_length") || headLength,
  };
  return Math.min(cacheBytes(shape, tokens * slots), Number.MAX_SAFE_INTEGER / 4);
}

/** A number, the largest of a list with one for each layer, or 0. */
function numberOf(header: GgufHeader, key: string): number {
  const value = header.values.get(key);
  if (typeof value === "number") return Number.isFinite(value) && value > 0 ? value : 0;
  return typeof value === "object" ? (value.largest ?? 0) : 0;
}
