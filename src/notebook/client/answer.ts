/** What a model answered, to one prompt or to many. */
import type { AnswerExtras, BatchError, FinishReason, Usage } from "../../server/wire/generation.js";

/** What a model answered. Prints itself: the text, then tokens, speed and why it ended. */
export interface Answer extends AnswerExtras {
  /** The text. */
  text: string;
  /** What the model thought before it answered; null where it did not, or with `reasoning: "inline"`. */
  reasoning: string | null;
  /** "stop": it ended by itself or at a stop text. "length": it reached a limit. */
  finish_reason: FinishReason;
}

/** The answers of a batch, in the order of its prompts. Prints itself as a table. */
export interface BatchAnswer {
  prompts: string[];
  /** The answers; "" at the place of a prompt that failed. */
  responses: string[];
  /** What the model thought before each answer; null where it did not. */
  reasonings: (string | null)[];
  /** Why each ended; null at the place of a prompt that failed. */
  finish_reasons: (FinishReason | null)[];
  /** The prompts that failed, and why. Empty when none did. */
  errors: BatchError[];
  /** Tokens of all prompts and answers together. */
  usage: Usage;
  /** One sentence for everything that was shortened, ignored or emulated. */
  warnings: string[];
  /** Milliseconds from the call to the last answer. */
  total_ms: number;
  /** Id of the model that answered. */
  model: string;
}

/** What stands beside an answer; a server that leaves some of it out gets zeros in its place. */
export function extrasOf(from: Partial<AnswerExtras>): AnswerExtras {
  const { timings } = from;
  return {
    id: from.id ?? "",
    model: from.model ?? "",
    seed: from.seed ?? 0,
    usage: usageOf(from.usage),
    timings: {
      queue_ms: timings?.queue_ms ?? 0,
      prefill_ms: timings?.prefill_ms ?? 0,
      decode_ms: timings?.decode_ms ?? 0,
      time_to_first_token_ms: timings?.time_to_first_token_ms ?? 0,
      total_ms: timings?.total_ms ?? 0,
      tokens_per_second: timings?.tokens_per_second ?? 0,
      threads: timings?.threads ?? null,
    },
    warnings: from.warnings ?? [],
  };
}

const usageOf = (usage: Partial<Usage> | undefined): Usage => ({
  prompt_tokens: usage?.prompt_tokens ?? 0,
  completion_tokens: usage?.completion_tokens ?? 0,
  total_tokens: usage?.total_tokens ?? 0,
  completion_tokens_details: { reasoning_tokens: usage?.completion_tokens_details?.reasoning_tokens ?? 0 },
  prompt_tokens_details: { cached_tokens: usage?.prompt_tokens_details?.cached_tokens ?? 0 },
});
