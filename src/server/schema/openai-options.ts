/** What every body for text of OpenAI's API has beside its input. */
import { z } from "zod";
import { type NumberName, numberFields } from "../engine/fields.js";
import type { GenerationRequest } from "../engine/request.js";
import type { CompletionOptions, StreamOptions } from "../wire/openai.js";
import { flagField, orDefault, type WithDefault, wholeField } from "./field-schemas.js";
import type { ChoicesCall } from "./generation-call.js";
import { type FilledOptions, type OptionSchemas, type OwnDefaults, optionSchemas } from "./generation-options.js";
import type { Fields, Remark } from "./read-fields.js";
import { callOptions, resolve } from "./to-generation.js";
import { type ToolsPart, toolRemarks } from "./tools.js";

/**
 * What is left out is what OpenAI's API document says: nothing is cut off, nothing pushed down, and an answer may be as
 * long as the context. Ten minutes is how long OpenAI's SDKs wait.
 */
export const openaiDefaults: OwnDefaults = {
  temperature: 1,
  top_p: 1,
  top_k: 0,
  min_p: 0,
  repetition_penalty: 1,
  max_length: 1_048_576,
  max_time: 600,
};

export type FilledCompletionOptions = FilledOptions & {
  stream: boolean;
  stream_options: StreamOptions | null;
  n: number;
};

const mostAnswers = 8;

const streamOptions = z.object(
  {
    include_usage: flagField().nullish().describe("A last chunk without choices says what was used."),
    continuous_usage_stats: flagField().nullish().describe("Every chunk says what was used until then."),
  },
  { error: 'an object such as {"include_usage": true}' },
);

type CompletionFields = OptionSchemas & {
  [Name in "stream" | "stream_options" | "n"]: WithDefault<
    z.ZodType<NonNullable<FilledCompletionOptions[Name]>, NonNullable<CompletionOptions[Name]>>,
    FilledCompletionOptions[Name]
  >;
};

export const completionFields = (own: OwnDefaults = {}): CompletionFields => ({
  ...optionSchemas({ ...openaiDefaults, ...own }),
  stream: orDefault(flagField(), false, "Send the answer in pieces as they are made."),
  stream_options: orDefault(streamOptions, null, "What a stream tells beside the answer."),
  n: orDefault(wholeField(1, mostAnswers), 1, "Answers to make, with the seeds seed, seed + 1 and so on."),
});

/** The call that fields make, of one or more inputs. */
export function choicesCall(
  filled: FilledCompletionOptions,
  fields: Fields,
  inputs: readonly GenerationRequest["input"][],
  tools: ToolsPart = {},
): ChoicesCall {
  const { n, stream, stream_options } = filled;
  const requests = inputs.flatMap((input, at) => {
    const request = { ...resolve(filled, fields, input), ...tools, open: leftOpen(filled, fields) };
    // equal prompts would get equal answers otherwise
    return Array.from({ length: n }, (_, index) => ({ ...request, seed: (request.seed + at * n + index) % 2 ** 32 }));
  });
  const always = stream_options?.continuous_usage_stats === true;
  return {
    ...callOptions(filled, withRemarks(fields, [...remarksOn(filled), ...toolRemarks(tools)]), inputs[0]),
    requests,
    n,
    stream,
    streamUsage: always ? "always" : stream_options?.include_usage === true ? "atEnd" : "never",
  };
}

const seeds = 2 ** 32;

/** That API's seeds are 64 bits wide, and may be negative: they are folded into those there are. */
export function withAnySeed(fields: Fields): Fields {
  const { seed } = fields.values;
  if (typeof seed !== "number" || !Number.isInteger(seed) || (seed >= 0 && seed < seeds)) return fields;
  return { ...fields, values: { ...fields.values, seed: ((seed % seeds) + seeds) % seeds } };
}

/** The numbers that say how tokens are chosen and were not sent. */
export function leftOpen(
  { do_sample }: Pick<FilledOptions, "do_sample">,
  { values }: Pick<Fields, "values">,
): readonly NumberName[] {
  const open = numberFields.filter(([, { wire }]) => (values[wire] ?? null) === null).map(([name]) => name);
  return do_sample ? open : open.filter((name) => name !== "temperature");
}

const remarksOn = ({ stream, stream_options }: FilledCompletionOptions): Remark[] =>
  stream || stream_options === null
    ? []
    : [{ param: "stream_options", sentence: "stream_options has no effect here: the answer is no stream." }];

/** The fields with more to be said of them. */
export const withRemarks = (fields: Fields, remarks: readonly Remark[]): Fields => ({
  ...fields,
  remarks: [...fields.remarks, ...remarks],
});
