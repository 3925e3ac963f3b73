/** Many prompts at once: in one request, or one by one where each answer is wanted as it comes. */

import { inLanes } from "../../server/async/lanes.js";
import type { BatchError, BatchRequest, BatchResponse, FinishReason, Usage } from "../../server/wire/generation.js";
import { type Answer, type BatchAnswer, extrasOf } from "../client/answer.js";
import type { Connection } from "../client/connection.js";
import { type Ongoing, OngoingWork } from "../client/ongoing.js";
import { LabRequestError } from "../client/request-error.js";
import { whileAnswering } from "../client/while-answering.js";
import { batchView } from "../displays/batch-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { askToContinue, type GenerateOptions, splitOptions } from "./ask.js";

/** One prompt of a batch that has its answer, or its error. */
export interface BatchItem {
  /** Its place in the prompts, from 0. */
  index: number;
  prompt: string;
  /** The answer; "" when it failed. */
  text: string;
  /** What the model thought before it answered; null where it did not. */
  reasoning: string | null;
  /** null when it failed. */
  finish_reason: FinishReason | null;
  /** null when it was answered. */
  error: BatchError | null;
  /** How many prompts have ended, this one included. */
  done: number;
  /** How many prompts there are. */
  total: number;
}

/** Options of `lab.batch`. */
export interface BatchOptions extends GenerateOptions {
  /**
   * Called for each prompt as it ends, in the order they end. With it every prompt is a request of its own
   * (and counts as one where the server limits requests); without it the whole batch is one request.
   */
  onItem?: (item: BatchItem) => void;
  /** With `onItem`: prompts sent at once, 1 to 64. Default: the slots of the loaded model. */
  concurrency?: number;
}

/** Begins a batch; `slots` is how many requests the server works on at once. */
export function askBatch(
  connection: Connection,
  prompts: readonly string[],
  options: BatchOptions,
  slots: () => number,
): Ongoing<BatchAnswer> {
  const { onItem, concurrency, ...rest } = options;
  const work = onItem
    ? async (signal: AbortSignal) =>
        oneByOne(connection, prompts, rest, { onItem, signal, atOnce: atOnceOf(concurrency, slots) })
    : (signal: AbortSignal) => together(connection, prompts, rest, signal);
  const began = performance.now();
  return new OngoingWork(
    async (signal) =>
      selfDisplaying({ ...(await work(signal)), total_ms: Math.round(performance.now() - began) }, batchView),
    splitOptions(rest).request,
  );
}

function atOnceOf(concurrency: number | undefined, slots: () => number): number {
  if (concurrency === undefined) return Math.min(64, slots()) || 1;
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 64) return concurrency;
  const sentence = `concurrency is ${concurrency}. It is a whole number from 1 to 64.`;
  throw new LabRequestError("invalid_request", sentence, { param: "concurrency" });
}

type Unfinished = Omit<BatchAnswer, "total_ms">;

async function together(
  connection: Connection,
  prompts: readonly string[],
  options: GenerateOptions,
  signal: AbortSignal,
): Promise<Unfinished> {
  const { sampling, request } = splitOptions(options);
  const body: BatchRequest = { ...sampling, prompts: [...prompts] };
  const { waitSeconds } = request;
  const answer = await whileAnswering(connection, { signal }, (both) =>
    connection.json<BatchResponse>("POST", "/generate/batch", { body, signal: both, waitSeconds, headSeconds: 0 }),
  );
  const { usage, model, warnings } = extrasOf(answer);
  const responses = answer.responses ?? [];
  return {
    prompts: [...prompts],
    responses,
    reasonings: answer.reasoning_contents ?? responses.map(() => null),
    finish_reasons: answer.finish_reasons ?? responses.map(() => null),
    errors: answer.errors ?? [],
    usage,
    warnings,
    model,
  };
}

interface OneByOne {
  readonly onItem: (item: BatchItem) => void;
  readonly signal: AbortSignal;
  readonly atOnce: number;
}

async function oneByOne(
  connection: Connection,
  prompts: readonly string[],
  options: GenerateOptions,
  { onItem, signal, atOnce }: OneByOne,
): Promise<Unfinished> {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  let done = 0;
  const ask = async (prompt: string, index: number): Promise<Answer | LabRequestError> => {
    const outcome = await answerOrError(connection, prompt, { ...options, signal: both, background: true });
    both.throwIfAborted();
    done += 1;
    onItem(itemOf(outcome, { index, prompt, done, total: prompts.length }));
    return outcome;
  };
  try {
    return gathered(prompts, await inLanes(prompts, atOnce, ask, both));
  } finally {
    ending.abort(); // a throwing onItem ends the others too
  }
}

const answerOrError = (
  connection: Connection,
  prompt: string,
  options: GenerateOptions,
): Promise<Answer | LabRequestError> =>
  askToContinue(connection, prompt, options).catch((error: unknown) => {
    if (error instanceof LabRequestError) return error;
    throw error;
  });

function itemOf(
  outcome: Answer | LabRequestError,
  place: Pick<BatchItem, "index" | "prompt" | "done" | "total">,
): BatchItem {
  return outcome instanceof LabRequestError
    ? { ...place, text: "", reasoning: null, finish_reason: null, error: batchError(place.index, outcome) }
    : { ...place, text: outcome.text, reasoning: outcome.reasoning, finish_reason: outcome.finish_reason, error: null };
}

const batchError = (index: number, { code, message }: LabRequestError): BatchError => ({ index, code, message });

/** One answer out of many; when every prompt failed, the first one's error is thrown. */
function gathered(prompts: readonly string[], outcomes: readonly (Answer | LabRequestError)[]): Unfinished {
  const answers = outcomes.filter((outcome): outcome is Answer => !(outcome instanceof LabRequestError));
  const [first] = outcomes;
  if (answers.length === 0 && first instanceof LabRequestError) throw first;
  const sum = (count: (usage: Usage) => number): number =>
    answers.reduce((total, { usage }) => total + count(usage), 0);
  return {
    prompts: [...prompts],
    responses: outcomes.map((outcome) => (outcome instanceof LabRequestError ? "" : outcome.text)),
    reasonings: outcomes.map((outcome) => (outcome instanceof LabRequestError ? null : outcome.reasoning)),
    finish_reasons: outcomes.map((outcome) => (outcome instanceof LabRequestError ? null : outcome.finish_reason)),
    errors: outcomes.flatMap((outcome, index) =>
      outcome instanceof LabRequestError ? [batchError(index, outcome)] : [],
    ),
    usage: {
      prompt_tokens: sum((usage) => usage.prompt_tokens),
      completion_tokens: sum((usage) => usage.completion_tokens),
      total_tokens: sum((usage) => usage.total_tokens),
      completion_tokens_details: {
        reasoning_tokens: sum((usage) => usage.completion_tokens_details.reasoning_tokens),
      },
      prompt_tokens_details: { cached_tokens: sum((usage) => usage.prompt_tokens_details.cached_tokens) },
    },
    warnings: [...new Set(answers.flatMap(({ warnings }) => warnings))],
    model: answers[0]?.model ?? "",
  };
}
