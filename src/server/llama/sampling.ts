import type { Token } from "node-llama-cpp";
import type { NumberField } from "../engine/field-kinds.js";
import { numberFields } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import type { SamplerConfig } from "./native-context.js";
import { RequestRefused } from "./request-refused.js";

/** Tokens that the repetition penalty looks back on. Source: llama.cpp `common_params_sampling.penalty_last_n`. */
export const penaltyWindow = 64;

/** Means "any seed" to the library, which then draws one by itself. Source: llama.h, `LLAMA_DEFAULT_SEED`. */
const drawnSeed = 0xffff_ffff;

/**
 * How a sampler chooses for this request; `before` are the tokens that its first choice follows.
 *
 * What is off is left out: a sampler that keeps all would sort the whole vocabulary.
 */
export function samplerConfig(request: GenerationRequest, before: readonly Token[]): SamplerConfig {
  return {
    temperature: request.temperature,
    // a seed like any other here: it begins the same random numbers each time, those of the seed before it
    seed: request.seed === drawnSeed ? drawnSeed - 1 : request.seed,
    minP: request.minP,
    ...(request.topK !== 0 && { topK: request.topK }),
    ...(request.topP !== 1 && { topP: request.topP }),
    ...(request.repetitionPenalty !== 1 && {
      repeatPenalty: request.repetitionPenalty,
      repeatPenaltyMaxTokens: penaltyWindow,
      repeatPenaltyTokens: Uint32Array.from(before.slice(-penaltyWindow)),
    }),
  };
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
