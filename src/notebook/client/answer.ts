/** What a model answered, to one prompt or to many. */
import type {
  AnswerExtras,
  BatchError,
  ChatMessage,
  FinishReason,
  Timings,
  Usage,
} from "../../server/wire/generation.js";
import type { TokenLogprob } from "../../server/wire/tokens.js";
import type { CalledTool } from "../../server/wire/tools.js";

/** The fields of an answer. */
export interface AnswerData extends AnswerExtras {
  /** The text. */
  text: string;
  /** What the model thought before it answered; null where it did not, or with `reasoning: "inline"`. */
  reasoning: string | null;
  /** Tools that the model called, with their arguments as JSON; left out where it called none. */
  tool_calls?: CalledTool[];
  /** "stop": it ended by itself or at a stop text. "length": it reached a limit. "tool_calls": it called tools. */
  finish_reason: FinishReason;
  /** The tokens of its text and how probable they were; only where `logprobs` asked for them. */
  logprobs?: TokenLogprob[];
}

/** What a model answered. Shows itself: the text, then tokens, speed and why it ended. */
export interface Answer extends AnswerData {
  /** All answers where `n` asked for several, this one first; else this one alone. The usage is that of all together. */
  readonly answers: readonly Answer[];
  /**
   * The text as the JSON that it is: `json_schema` makes it one. With a schema of zod's, here or with the question, it is
   * checked by that. Fails with `not_json` where the answer was cut.
   */
  json<Value>(schema: { parse(value: unknown): Value }): Value;
  json<Value = unknown>(): Value;
}

/** What one answer of a batch is to: a text that is continued, or a conversation that is answered. */
export type BatchPrompt = string | readonly ChatMessage[];

/** One answer of a batch, or why there is none. */
export interface BatchEntry extends AnswerExtras {
  /** Its place in the prompts, from 0. */
  index: number;
  /** What was asked. */
  prompt: BatchPrompt;
  /** The answer; "" when it failed. */
  text: string;
  /** What the model thought before it answered; null where it did not. */
  reasoning: string | null;
  /** null when it failed. */
  finish_reason: FinishReason | null;
  /** The tokens of its text and how probable they were; only where `logprobs` asked for them. */
  logprobs?: TokenLogprob[];
  /** null when it was answered. */
  error: BatchError | null;
}

/**
 * The answers of a batch: an array, in the order of the prompts. Shows itself as a table.
 *
 * A batch that was interrupted has the answers that were there by then: `lab.last?.batch`.
 */
export interface BatchAnswer extends ReadonlyArray<BatchEntry> {
  readonly prompts: BatchPrompt[];
  /** The texts; "" at the place of a prompt that failed. */
  readonly responses: string[];
  /** What the model thought before each answer; null where it did not. */
  readonly reasonings: (string | null)[];
  /** Why each ended; null at the place of a prompt that failed. */
  readonly finish_reasons: (FinishReason | null)[];
  /** The prompts that failed, and why. Empty when none did. */
  readonly errors: BatchError[];
  /** Tokens of all prompts and answers together. */
  readonly usage: Usage;
  /** One sentence for everything that was shortened, ignored or emulated. */
  readonly warnings: string[];
  /** Milliseconds from the call to the last answer. */
  readonly total_ms: number;
  /** Id of the model that answered, the first of them where there are several. */
  readonly model: string;
}

const noTimings: Timings = {
  queue_ms: 0,
  prefill_ms: 0,
  decode_ms: 0,
  draft_tokens: 0,
  accepted_tokens: 0,
  time_to_first_token_ms: 0,
  total_ms: 0,
  tokens_per_second: 0,
  threads: null,
};

/** What stands beside an answer; a server that leaves some of it out gets zeros in its place. */
export function extrasOf(from: Partial<AnswerExtras>): AnswerExtras {
  const { timings } = from;
  return {
    id: from.id ?? "",
    model: from.model ?? "",
    seed: from.seed ?? 0,
    usage: usageOf(from.usage),
    timings: { ...noTimings, ...timings },
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

/** The tokens of several answers together. */
export function usageTogether(usages: readonly Usage[]): Usage {
  const sum = (count: (usage: Usage) => number): number => usages.reduce((total, usage) => total + count(usage), 0);
  return {
    prompt_tokens: sum((usage) => usage.prompt_tokens),
    completion_tokens: sum((usage) => usage.completion_tokens),
    total_tokens: sum((usage) => usage.total_tokens),
    completion_tokens_details: {
      reasoning_tokens: sum((usage) => usage.completion_tokens_details.reasoning_tokens),
    },
    prompt_tokens_details: { cached_tokens: sum((usage) => usage.prompt_tokens_details.cached_tokens) },
  };
}
