/**
 * How much memory the contexts of a model take, and how people read bytes. Pure.
 *
 * The plan of what is loaded beside what and the engine itself count with these, so that one does not promise what the
 * other refuses.
 */

/** Tokens per slot that "auto" takes where the model and the memory allow. */
export const autoContext = 4096;

/** Half-precision numbers in the cache. Source: node-llama-cpp default for keys and values, F16. */
const bytesPerNumber = 2;

/** What a model's header says about its attention; 0 for what it does not say. */
export interface AttentionShape {
  readonly layers: number;
  /** Heads for keys and values; all heads where the header names no others. */
  readonly keyHeads: number;
  readonly keyLength: number;
  readonly valueLength: number;
}

/** Bytes of the cache for so many tokens of all slots together: too many where windows slide or layers are recurrent. */
export function cacheBytes({ layers, keyHeads, keyLength, valueLength }: AttentionShape, tokens: number): number {
  return tokens * layers * keyHeads * (keyLength + valueLength) * bytesPerNumber;
}

/** Bytes as people read them: "1.50 GiB", "13 MiB" (IEC 80000-13). */
export function readableBytes(bytes: number): string {
  return bytes >= 2 ** 30 ? `${(bytes / 2 ** 30).toFixed(2)} GiB` : `${Math.max(1, Math.round(bytes / 2 ** 20))} MiB`;
}

/**
 * Tokens of the longest text that a model for embeddings reads where no length is named. A text is computed in one step,
 * whose memory grows with the square of its length.
 */
export const longestAutoText = 2048;
