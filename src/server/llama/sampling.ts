import type { SequenceEvaluateOptions, Token } from "node-llama-cpp";
import { type NumberField, numberFields } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import { RequestRefused } from "./request-refused.js";

/** Tokens that the repetition penalty looks back on. Source: llama.cpp `common_params_sampling.penalty_last_n`. */
export const penaltyWindow = 64;

/**
 * The library's options for choosing tokens. `recent` gives the last tokens of prompt and answer at each step.
 *
 * What is off is left out (null removes a sampler, where undefined means a default and 0 sorts the whole vocabulary).
 */
export function samplingOptions(request: GenerationRequest, recent: () => Token[]): SequenceEvaluateOptions {
  const options = {
    temperature: request.temperature,
    minP: request.minP,
    topK: request.topK === 0 ? null : request.topK,
    topP: request.topP === 1 ? null : request.topP,
    seed: request.seed,
    ...(request.repetitionPenalty !== 1 && {
      repeatPenalty: { penalty: request.repetitionPenalty, punishTokens: recent, maxPunishTokens: penaltyWindow },
    }),
    yieldEogToken: true,
  };
  return options as SequenceEvaluateOptions;
}

/** Refuses with `invalid_request` whatever native code would misread: it checks nothing itself. */
export function checkRequest(request: GenerationRequest): void {
  // time never reaches native code
  for (const [name, field] of numberFields) if (field.unit !== "seconds") checkNumber(name, request[name], field);
  const texts =
    request.input.kind === "prompt" ? [request.input.text] : request.input.messages.map((message) => message.content);
  for (const text of [...texts, ...request.stop]) {
    if (typeof text !== "string")
      throw new RequestRefused("invalid_request", `A text is ${typeof text}, not a string.`);
  }
}

function checkNumber(name: string, value: unknown, { kind, least, most }: NumberField): void {
  const isWhole = kind === "whole";
  const isFine = typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value));
  if (isFine) return;
  const wanted = `${isWhole ? "a whole number" : "a number"} from ${least} to ${most}`;
  throw new RequestRefused("invalid_request", `${name} is ${String(value)}; it must be ${wanted}.`);
}
