/** Many prompts at once: in one request, or one by one where each answer is wanted as it comes. */
import type { BatchError, BatchRequest, BatchResponse, FinishReason, Usage } from "../../server/wire/generation.js";
import { type Answer, type BatchAnswer, extrasOf } from "../client/answer.js";
import type { Connection } from "../client/connection.js";
import { type Ongoing, OngoingWork } from "../client/ongoing.js";
import { LabRequestError } from "../client/request-error.js";
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
    ? (signal: AbortSignal) => oneByOne(connection, prompts, rest, { onItem, signal, atOnce: concurrency ?? slots() })
    : (signal: AbortSignal) => together(connection, prompts, rest, signal);
  const began = Date.now();
  return new OngoingWork(
    async (signal) => selfDisplaying({ ...(await work(signal)), total_ms: Date.now() - began }, batchView),
    splitOptions(rest).request,
  );
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
  const answer = await connection.json<BatchResponse>("POST", "/generate/batch", {
    body,
    signal,
    waitSeconds: request.waitSeconds,
    silenceSeconds: 0,
  });
  const { usage, model, warnings } = extrasOf(answer);
  const responses = answer.responses ?? [];
  return {
    prompts: [...prompts],
    responses,
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
  const outcomes: (Answer | LabRequestError)[] = [];
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < prompts.length && !both.aborted) {
      const index = next;
      next += 1;
      const prompt = prompts[index] as string;
      const outcome = await answerOrError(connection, prompt, { ...options, signal: both, background: true });
      if (both.aborted) return;
      outcomes[index] = outcome;
      done += 1;
      onItem(itemOf(outcome, { index, prompt, done, total: prompts.length }));
    }
  };
  const workers = Math.min(64, Math.max(1, Math.floor(atOnce) || 1), Math.max(1, prompts.length));
  try {
    await Promise.all(Array.from({ length: workers }, worker));
  } finally {
    ending.abort(); // a throwing onItem ends the others too
  }
  return gathered(prompts, outcomes);
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
    ? { ...place, text: "", finish_reason: null, error: batchError(place.index, outcome) }
    : { ...place, text: outcome.text, finish_reason: outcome.finish_reason, error: null };
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
    finish_reasons: outcomes.map((outcome) => (outcome instanceof LabRequestError ? null : outcome.finish_reason)),
    errors: outcomes.flatMap((outcome, index) =>
      outcome instanceof LabRequestError ? [batchError(index, outcome)] : [],
    ),
    usage: {
      prompt_tokens: sum((usage) => usage.prompt_tokens),
      completion_tokens: sum((usage) => usage.completion_tokens),
      total_tokens: sum((usage) => usage.total_tokens),
      prompt_tokens_details: { cached_tokens: sum((usage) => usage.prompt_tokens_details.cached_tokens) },
    },
    warnings: [...new Set(answers.flatMap(({ warnings }) => warnings))],
    model: answers[0]?.model ?? "",
  };
}
