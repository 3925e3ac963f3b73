/** Which contexts are tried, and why one is not. Pure: what memory there is goes in, sizes and sentences come out. */
import { autoContext, readableBytes } from "../engine/context-bytes.js";

/** Tokens per slot below which "auto" gives up. */
const leastAutoContext = 512;

/** What the process takes on once it works, beside the context: text, messages, samplers. Measured: 10 to 40 MB. */
const workBytes = 48 * 2 ** 20;

/** Memory of the machine around the reading of a model, in bytes. All file caches count as free, the weights' too. */
export interface MemoryAround {
  readonly before: number;
  readonly after: number;
  /** Weights that the processor reads; they must stay in the file cache, or each token is read from the disk. */
  readonly weights: number;
}

/** Tokens per slot to try, best first: "auto" halves from 4096, or from what the model was trained for. */
export function contextSizes(wanted: number | "auto", trained: number): number[] {
  if (wanted !== "auto") return [wanted];
  const sizes = [trained > 0 ? Math.min(autoContext, trained) : autoContext];
  for (let half = (sizes[0] as number) / 2; half >= leastAutoContext; half /= 2) sizes.push(Math.floor(half));
  return sizes;
}

/**
 * Bytes that a context may take without anything being killed or read from the disk again.
 *
 * Weights lie in the file cache, or were copied: then `after` is smaller by them already.
 */
export function bytesForContext({ before, after, weights }: MemoryAround): number {
  return Math.max(0, Math.min(after, before - weights) - workBytes);
}

/** What a context needs and what there is, in bytes. */
export interface Shortage {
  /** null where the library cannot tell. */
  readonly need: number | null;
  readonly free: number;
}

/** Why a context does not fit, with the numbers, and what to do. */
export function shortageSentence(slots: number, tokens: number, { need, free }: Shortage): string {
  const needed = need === null ? "more memory than there is" : `about ${readableBytes(need)}`;
  const rest = free > 0 ? `${readableBytes(free)} are free for it` : "no memory is free for it";
  return `${contextName(slots, tokens)} need ${needed}, and ${rest}. Ask for a smaller context or fewer slots.`;
}

/** Why a context that fits could not be made; `reason` is what the native library said. */
export function refusalSentence(slots: number, tokens: number, reason: string): string {
  const bare = reason.replace(/[.\s]+$/, "");
  return `${contextName(slots, tokens)} could not be made: ${bare}. Ask for a smaller context or fewer slots.`;
}

function contextName(slots: number, tokens: number): string {
  return `${slots} ${slots === 1 ? "slot" : "slots"} of ${tokens} tokens`;
}
