/** What a batch is made of, in every form a cell may write it. */
import type { ChatMessage } from "../../server/wire/generation.js";
import type { BatchPrompt } from "../client/answer.js";
import { LabRequestError } from "../client/request-error.js";
import type { GenerateOptions } from "./ask.js";

/** One of a batch with options of its own: they go before those of the batch. */
export type BatchInputWithOptions = Omit<GenerateOptions, "background" | "signal" | "raw"> &
  ({ prompt: string; messages?: undefined } | { messages: readonly ChatMessage[]; prompt?: undefined });

/** A text that is continued, a conversation that is answered, or one of them with options of its own. */
export type BatchInput = string | readonly ChatMessage[] | BatchInputWithOptions;

/** One question of a batch, its options complete. */
export interface BatchQuestion {
  readonly prompt: BatchPrompt;
  readonly options: GenerateOptions;
}

/** Seeds are whole numbers below this. */
const seedRange = 2 ** 32;

/**
 * The questions, in order. With a seed for all of them the one at place i gets seed + i, as the server's own batches do:
 * equal prompts would get equal answers otherwise.
 */
export function questionsOf(inputs: readonly BatchInput[], options: GenerateOptions): BatchQuestion[] {
  if (!Array.isArray(inputs)) throw wrong("lab.batch wants a list of prompts", "lab.batch");
  const { seed, n } = options;
  if (n !== undefined && n !== null && n !== 1) {
    const sentence = `n is ${n}, and lab.batch asks each prompt once. Write a prompt as often as you want answers to it.`;
    throw new LabRequestError("invalid_request", sentence, { param: "n" });
  }
  return inputs.map((input, index) => {
    const shared = typeof seed === "number" ? { ...options, seed: (seed + index) % seedRange } : options;
    if (typeof input === "string" || Array.isArray(input)) return { prompt: input, options: shared };
    const { prompt, messages, ...own } = (input ?? {}) as BatchInputWithOptions;
    const asked = prompt ?? messages;
    if (asked === undefined) throw wrong(`The prompt at place ${index} is none`, `prompts[${index}]`);
    return { prompt: asked, options: { ...shared, ...own } };
  });
}

function wrong(what: string, param: string): LabRequestError {
  const forms = 'a text, a list of messages, or { prompt: "…", temperature: 0 }';
  return new LabRequestError("invalid_request", `${what}. Each is ${forms}.`, { param });
}
