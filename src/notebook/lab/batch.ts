/** Many prompts at once: each a request of its own, as many at a time as the lab works on. */
import { inLanes } from "../../server/async/lanes.js";
import type { BatchError } from "../../server/wire/generation.js";
import { type Answer, type BatchEntry, type BatchPrompt, extrasOf } from "../client/answer.js";
import { BatchWork, type OngoingBatch } from "../client/batch-work.js";
import { LabRequestError } from "../client/request-error.js";
import { batchIntoCell } from "../displays/batch-into-cell.js";
import { batchView, batchWorkView } from "../displays/batch-view.js";
import { markShown, selfDisplaying } from "../displays/self-displaying.js";
import { type Asking, askToAnswer, askToContinue, type GenerateOptions, splitOptions } from "./ask.js";
import { type BatchInput, type BatchQuestion, questionsOf } from "./batch-inputs.js";
import { keepBatch } from "./keep.js";

/** One prompt of a batch that has ended, with or without an answer. */
export interface BatchItem extends BatchEntry {
  /** How many prompts have ended, this one included. */
  done: number;
  /** How many prompts there are. */
  total: number;
}

/** Options of `lab.batch`. */
export interface BatchOptions extends GenerateOptions {
  /** Called for each prompt as it ends, in the order they end. */
  onItem?: (item: BatchItem) => void;
  /** Prompts sent at once, 1 to 64. Default: the slots of the loaded model. */
  concurrency?: number;
  /** false: nothing is shown while it runs. Default true. */
  display?: boolean;
}

/** Begins a batch; `slots` is how many requests the server works on at once. */
export function askBatch(
  asking: Asking,
  inputs: readonly BatchInput[],
  { onItem, concurrency, display = true, ...options }: BatchOptions,
  slots: () => number,
): OngoingBatch {
  const { request } = splitOptions(options);
  const { signal: _, ...shared } = options;
  const questions = questionsOf(inputs, shared);
  if (onItem !== undefined && typeof onItem !== "function") {
    const sentence = `onItem is ${typeof onItem === "object" ? "an object" : String(onItem)}. It is a function that hears of each answer: (item) => …`;
    throw new LabRequestError("invalid_request", sentence, { param: "onItem" });
  }
  const work: BatchWork = new BatchWork(
    questions.map(({ prompt }) => prompt),
    async (ended, signal) => {
      const atOnce = atOnceOf(concurrency, slots);
      const failures = await eachInTurn(asking, questions, { atOnce, signal }, (entry) => {
        ended(entry);
        onItem?.({ ...entry, done: work.done, total: work.total });
      });
      // when every prompt failed the batch did, for the first one's reason
      const [first] = failures;
      if (first !== undefined && failures.every((failure) => failure !== undefined)) throw first;
    },
    (answers) => selfDisplaying(answers, batchView),
    request,
  );
  selfDisplaying(
    work,
    () => batchWorkView(work),
    () => batchIntoCell(work),
  );
  keepBatch(asking.shelf, work);
  if (display) batchIntoCell(work);
  else work.onEnd((end) => end.state === "done" && markShown(end.value));
  return work;
}

function atOnceOf(concurrency: number | undefined, slots: () => number): number {
  if (concurrency === undefined) return Math.min(64, slots()) || 1;
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= 64) return concurrency;
  const sentence = `concurrency is ${concurrency}. It is a whole number from 1 to 64.`;
  throw new LabRequestError("invalid_request", sentence, { param: "concurrency" });
}

/** Asks every question; gives for each why it failed, where it did. */
async function eachInTurn(
  asking: Asking,
  questions: readonly BatchQuestion[],
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
  ended: (entry: BatchEntry) => void,
): Promise<(LabRequestError | undefined)[]> {
  const ending = new AbortController();
  const both = AbortSignal.any([signal, ending.signal]);
  const ask = async ({ prompt, options }: BatchQuestion, index: number): Promise<LabRequestError | undefined> => {
    const outcome = await answerOrError(asking, prompt, { ...options, signal: both, background: true });
    both.throwIfAborted();
    ended(entryOf(outcome, prompt, index));
    return outcome instanceof LabRequestError ? outcome : undefined;
  };
  try {
    return await inLanes(questions, atOnce, ask, both);
  } finally {
    ending.abort(); // a throwing onItem ends the others too
  }
}

const answerOrError = (
  asking: Asking,
  prompt: BatchPrompt,
  options: GenerateOptions,
): Promise<Answer | LabRequestError> => {
  // a lab keeps two streams of a key: those of a batch would take the places of others
  const alone = { ...options, isKept: false, resumeSeconds: options.resumeSeconds ?? 0 };
  const reply = typeof prompt === "string" ? askToContinue(asking, prompt, alone) : askToAnswer(asking, prompt, alone);
  return reply.catch((error: unknown) => {
    if (error instanceof LabRequestError) return error;
    throw error;
  });
};

function entryOf(outcome: Answer | LabRequestError, prompt: BatchPrompt, index: number): BatchEntry {
  if (!(outcome instanceof LabRequestError)) return { index, prompt, ...outcome, error: null };
  const { code, message } = outcome;
  const error: BatchError = { index, code, message };
  return { index, prompt, text: "", reasoning: null, finish_reason: null, ...extrasOf({}), error };
}
