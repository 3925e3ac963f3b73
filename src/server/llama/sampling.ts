import type { SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { GenerationRequest } from "../engine/request.js";
import { RequestRefused } from "./request-refused.js";

/** Tokens that the repetition penalty looks back on. Source: llama.cpp `common_params_sampling.penalty_last_n`. */
export const penaltyWindow = 64;

/** Largest whole number that native code takes (int32). */
const mostNative = 2 ** 31 - 1;

/**
 * The library's options for choosing tokens. `recent` gives the last tokens of prompt and answer at each step.
 *
 * What is off is left out (null removes a sampler, where undefined means a default and 0 sorts the whole vocabulary).
 */
export function samplingOptions(request: GenerationRequest, recent: () => Token[]): SequenceEvaluateOptions {
  const options = {
    temperature: request.temperature,
    minP: 0,
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
  checkNumber("maxTokens", request.maxTokens, { least: 1, most: mostNative, whole: true });
  checkNumber("temperature", request.temperature, { least: 0, most: 2 });
  checkNumber("topP", request.topP, { least: 0, most: 1 });
  checkNumber("topK", request.topK, { least: 0, most: mostNative, whole: true });
  checkNumber("repetitionPenalty", request.repetitionPenalty, { least: 0.1, most: 2 });
  checkNumber("seed", request.seed, { least: 0, most: 2 ** 32 - 1, whole: true });
  const texts =
    request.input.kind === "prompt" ? [request.input.text] : request.input.messages.map((message) => message.content);
  for (const text of [...texts, ...request.stop]) {
    if (typeof text !== "string")
      throw new RequestRefused("invalid_request", `A text is ${typeof text}, not a string.`);
  }
}

interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

function checkNumber(name: string, value: unknown, { least, most, whole = false }: NumberRange): void {
  const isFine = typeof value === "number" && value >= least && value <= most && (!whole || Number.isInteger(value));
  if (isFine) return;
  const wanted = `${whole ? "a whole number" : "a number"} from ${least} to ${most}`;
  throw new RequestRefused("invalid_request", `${name} is ${String(value)}; it must be ${wanted}.`);
}
