/** Options as people who come from other APIs write them. */

import { didYouMean } from "../../server/text/read-arguments.js";
import type { JsonSchema, LogitBias, SamplingOptions } from "../../server/wire/generation.js";
import { LabRequestError } from "../client/request-error.js";

/** The names of other APIs for the same options. They are taken; completion offers the first names alone. */
export interface OtherSpellings {
  /** @deprecated Taken, too: the name here is `max_length`. */
  max_tokens?: number | null;
  /** @deprecated Taken, too: the name here is `max_length`. */
  max_completion_tokens?: number | null;
  /** @deprecated Taken, too: the name here is `max_length`. */
  max_new_tokens?: number | null;
  /** @deprecated Taken, too: the name here is `max_length`. */
  maxTokens?: number | null;
  /** @deprecated Taken, too: the name here is `max_length`. */
  maxLength?: number | null;
  /** @deprecated Taken, too: the name here is `top_p`. */
  topP?: number | null;
  /** @deprecated Taken, too: the name here is `top_k`. */
  topK?: number | null;
  /** @deprecated Taken, too: the name here is `min_p`. */
  minP?: number | null;
  /** @deprecated Taken, too: the name here is `repetition_penalty`. */
  repetitionPenalty?: number | null;
  /** @deprecated Taken, too: the name here is `repetition_penalty`. */
  repeat_penalty?: number | null;
  /** @deprecated Taken, too: the name here is `presence_penalty`. */
  presencePenalty?: number | null;
  /** @deprecated Taken, too: the name here is `frequency_penalty`. */
  frequencyPenalty?: number | null;
  /** @deprecated Taken, too: the name here is `logit_bias`. */
  logitBias?: LogitBias | null;
  /** @deprecated Taken, too: the name here is `json_schema`. */
  jsonSchema?: JsonSchema | null;
  /** @deprecated Taken, too: the name here is `min_tokens`. */
  minTokens?: number | null;
  /** @deprecated Taken, too: the name here is `ignore_eos`. */
  ignoreEos?: boolean | null;
  /** @deprecated Taken, too: the name here is `do_sample`. */
  doSample?: boolean | null;
  /** @deprecated Taken, too: the name here is `system_prompt`. */
  systemPrompt?: string | null;
  /** @deprecated Taken, too: the name here is `system_prompt`. */
  system?: string | null;
  /** @deprecated Taken, too: the name here is `model_id`. */
  model?: string | null;
  /** @deprecated Taken, too: the name here is `model_id`. */
  modelId?: string | null;
  /** @deprecated Taken, too: the name here is `max_time`. */
  maxTime?: number | null;
  /** @deprecated Taken, too: the name here is `reasoning_budget`. */
  reasoningBudget?: number | null;
}

const names: Readonly<Record<keyof OtherSpellings, keyof SamplingOptions>> = {
  max_tokens: "max_length",
  max_completion_tokens: "max_length",
  max_new_tokens: "max_length",
  maxTokens: "max_length",
  maxLength: "max_length",
  topP: "top_p",
  topK: "top_k",
  minP: "min_p",
  repetitionPenalty: "repetition_penalty",
  repeat_penalty: "repetition_penalty",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
  logitBias: "logit_bias",
  jsonSchema: "json_schema",
  minTokens: "min_tokens",
  ignoreEos: "ignore_eos",
  doSample: "do_sample",
  systemPrompt: "system_prompt",
  system: "system_prompt",
  model: "model_id",
  modelId: "model_id",
  maxTime: "max_time",
  reasoningBudget: "reasoning_budget",
};

/** Every option, under the name it has here. */
const options: Readonly<Record<keyof SamplingOptions | "n", true>> = {
  model_id: true,
  max_length: true,
  temperature: true,
  do_sample: true,
  top_p: true,
  top_k: true,
  min_p: true,
  xtc_probability: true,
  xtc_threshold: true,
  repetition_penalty: true,
  repeat_last_n: true,
  presence_penalty: true,
  frequency_penalty: true,
  dry_multiplier: true,
  dry_base: true,
  dry_allowed_length: true,
  dry_penalty_last_n: true,
  logit_bias: true,
  min_tokens: true,
  ignore_eos: true,
  grammar: true,
  json_schema: true,
  logprobs: true,
  stop: true,
  seed: true,
  exact: true,
  system_prompt: true,
  chat_template_kwargs: true,
  parse_special: true,
  reasoning: true,
  reasoning_budget: true,
  max_time: true,
  strict: true,
  n: true,
};

/** Names that a lab takes, or speaks about, and that look like slips of others. */
const knownToLabs: ReadonlySet<string> = new Set([
  "min_new_tokens",
  "n_indent",
  "n_keep",
  "n_predict",
  "n_probs",
  "penalty_last_n",
  "reasoning_effort",
]);

/** The names of other APIs for this option. */
export const otherNamesOf = (option: keyof SamplingOptions): string[] =>
  Object.entries(names).flatMap(([other, here]) => (here === option ? [other] : []));

/**
 * The options under the names they have here; others are left as they are.
 *
 * Refuses an option that is given under two names, since one of them would be lost, and one that was probably meant to be
 * another.
 */
export function namedHere<Options extends object>(
  options: Options,
): Omit<Options, keyof OtherSpellings> & SamplingOptions {
  const named: Record<string, unknown> = {};
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const here = nameHere(name);
    const other = given.get(here);
    if (other !== undefined) {
      const sentence = `${other} and ${name} are two names of one option. Give ${here} alone.`;
      throw new LabRequestError("invalid_request", sentence, { param: name });
    }
    given.set(here, name);
    named[here] = value;
  }
  return named as Omit<Options, keyof OtherSpellings> & SamplingOptions;
}

/** Another API's name, one in camel case, or a name as it is: the lab says what it does not know. */
function nameHere(name: string): string {
  if (Object.hasOwn(names, name)) return names[name as keyof OtherSpellings];
  const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (Object.hasOwn(options, snake)) return snake;
  if (knownToLabs.has(snake)) return name;
  const meant = didYouMean(name, [...Object.keys(options), ...Object.keys(names)]);
  if (meant === "") return name;
  throw new LabRequestError("invalid_request", `There is no option "${name}".${meant}`, { param: name });
}
