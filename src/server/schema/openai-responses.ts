/** Body of `POST /v1/responses`, and the generation it asks for. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type {
  ResponsesReasoning,
  ResponsesRequest,
  ResponsesResponse,
  ResponsesTextOptions,
  ResponsesTool,
  ResponsesToolChoice,
} from "../wire/openai-responses.js";
import { type Body, bodyOf } from "./body.js";
import { maxPromptCharacters } from "./chat-messages.js";
import { exactly } from "./exactly.js";
import { flagField, orDefault, textField, wholeField } from "./field-schemas.js";
import type { ChoicesCall } from "./generation-call.js";
import { type FilledOptions, optionSchemas } from "./generation-options.js";
import { leftOpen, openaiDefaults } from "./openai-options.js";
import { openaiResponses } from "./parameters/openai-responses.js";
import { type Fields, withSource } from "./read-fields.js";
import { effortOptions } from "./reasoning-effort.js";
import { type ReadItems, readItems } from "./responses-items.js";
import { responsesReasoningField, responsesTextField, schemaOfText } from "./responses-text.js";
import { responsesChoiceField, responsesTools, responsesToolsField } from "./responses-tools.js";
import { showValue } from "./show-value.js";
import { callOptions, resolve } from "./to-generation.js";
import { toolRemarks } from "./tools.js";

/** What of a request stands in its answer once more. */
export type ResponsesEcho = Pick<
  ResponsesResponse,
  | "instructions"
  | "max_output_tokens"
  | "metadata"
  | "parallel_tool_calls"
  | "reasoning"
  | "temperature"
  | "text"
  | "tool_choice"
  | "tools"
  | "top_logprobs"
  | "top_p"
>;

export interface ResponsesCall extends ChoicesCall {
  readonly echo: ResponsesEcho;
  /** Thoughts come once more as one word, which the client sends back. */
  readonly packsThoughts: boolean;
}

type Own =
  | "model_id"
  | "max_length"
  | "do_sample"
  | "system_prompt"
  | "parse_special"
  | "reasoning"
  | "json_schema"
  | "logprobs";

type FilledResponses = Omit<FilledOptions, Own> & {
  model: string | null;
  input: string | Record<string, unknown>[];
  instructions: string | null;
  max_output_tokens: number | null;
  reasoning: ResponsesReasoning | null;
  text: ResponsesTextOptions | null;
  tools: ResponsesTool[] | null;
  tool_choice: ResponsesToolChoice;
  parallel_tool_calls: boolean;
  top_logprobs: number | null;
  include: string[] | null;
  metadata: Record<string, string> | null;
  stream: boolean;
};

const { modelId, maxTokens, logprobs } = generationFields;

const {
  model_id: _model,
  max_length: _length,
  do_sample: _sample,
  system_prompt: _system,
  parse_special: _special,
  reasoning: _reasoning,
  json_schema: _schema,
  logprobs: _logprobs,
  ...options
} = optionSchemas(openaiDefaults);

const inputError = `a text of at most ${maxPromptCharacters} characters, or a list of 1 to 10000 items`;
const input = z.union(
  [
    textField(0, maxPromptCharacters),
    z.array(z.record(z.string(), z.unknown()), { error: inputError }).min(1).max(10_000),
  ],
  { error: inputError },
);

const metadataError = "an object of up to 16 texts of 512 characters, with names of up to 64";
const metadata = z
  .record(z.string().max(64), z.string().max(512), { error: metadataError })
  .refine((given) => Object.keys(given).length <= 16, { error: metadataError });

export const responsesRequest: z.ZodType<FilledResponses, ResponsesRequest> = exactly<
  FilledResponses,
  ResponsesRequest
>()(
  z
    .object({
      ...options,
      model: orDefault(textField(modelId.least, modelId.most), null, `${modelId.what}.`),
      input: input.describe("A text, or the items of a conversation."),
      instructions: orDefault(textField(0, maxPromptCharacters), null, "Instructions before everything else."),
      max_output_tokens: orDefault(
        wholeField(maxTokens.least, maxTokens.most),
        null,
        "Most new tokens, thoughts included; left out, as many as the context holds.",
      ),
      reasoning: orDefault(responsesReasoningField, null, "Whether and how long the model thinks, where it can."),
      text: orDefault(responsesTextField, null, "The form of the text."),
      tools: orDefault(responsesToolsField, null, "Functions that the model may call."),
      tool_choice: orDefault(responsesChoiceField, "auto", "Whether the model calls functions, and which."),
      parallel_tool_calls: orDefault(flagField(), true, "false: one call at most."),
      top_logprobs: orDefault(wholeField(logprobs.least, logprobs.most), null, `${logprobs.what}.`),
      include: orDefault(
        z.array(z.string(), { error: "a list of texts" }).max(16),
        null,
        "What the answer has beside.",
      ),
      metadata: orDefault(metadata, null, "Given back with the answer."),
      stream: orDefault(flagField(), false, "Send the answer as events while it is made."),
    })
    .meta({ id: "ResponsesRequest" }),
);

export const responsesBody: Body<ResponsesCall> = bodyOf({
  schema: responsesRequest,
  parameters: [openaiResponses],
  unknown: "tell",
  toCall: (filled, fields) => {
    const items = readItems(filled.input, filled.instructions);
    const options = optionsOf(filled);
    const named = withSource(fields, "json_schema", "text.format.schema");
    const { tools, tool_choice: choice, parallel_tool_calls: isParallel } = filled;
    const callable = responsesTools(tools ?? [], choice, isParallel);
    const told = withRemarks(named, filled, items);
    const call = callOptions(options, { ...told, remarks: [...told.remarks, ...toolRemarks(callable)] });
    const request = {
      ...resolve(options, named, { kind: "chat", messages: items.messages }),
      ...callable,
      open: leftOpen(options, fields),
    };
    return {
      ...call,
      lengthGiven: filled.max_output_tokens !== null,
      requests: [request],
      n: 1,
      stream: filled.stream,
      streamUsage: "never",
      echo: echoOf(filled),
      packsThoughts: (filled.include ?? []).includes("reasoning.encrypted_content"),
    };
  },
});

function optionsOf(filled: FilledResponses): FilledOptions {
  const { reasoning_budget, chat_template_kwargs, reasoning } = filled;
  const wantsChances = (filled.include ?? []).includes("message.output_text.logprobs");
  return {
    ...filled,
    ...effortOptions({ reasoning_budget, chat_template_kwargs, reasoning_effort: reasoning?.effort ?? null }),
    model_id: filled.model,
    max_length: filled.max_output_tokens ?? maxTokens.most,
    do_sample: true,
    system_prompt: null,
    parse_special: false,
    reasoning: "separate",
    json_schema: schemaOfText(filled.text),
    logprobs: filled.top_logprobs ?? (wantsChances ? 0 : null),
  };
}

const included = ["message.output_text.logprobs", "reasoning.encrypted_content"];

/** The fields with what of their insides has no effect. */
function withRemarks(fields: Fields, { text, include }: FilledResponses, { ignored }: ReadItems): Fields {
  const remarks = [...fields.remarks];
  const verbosity = text?.verbosity ?? "medium";
  if (verbosity !== "medium") {
    const sentence = "text.verbosity has no effect here: no model here has been taught it; say it in the prompt.";
    remarks.push({ param: "text.verbosity", sentence });
  }
  const absent = (include ?? []).filter((name) => !included.includes(name));
  if (absent.length > 0) {
    const names = absent.map(showValue).join(", ");
    const sentence = `include has no effect here with ${names}: there is nothing of that kind.`;
    remarks.push({ param: "include", sentence });
  }
  return { ...fields, remarks, unknown: [...fields.unknown, ...ignored] };
}

function echoOf(filled: FilledResponses): ResponsesEcho {
  const { instructions, max_output_tokens, metadata, parallel_tool_calls, temperature, tool_choice, tools, top_p } =
    filled;
  return {
    instructions,
    max_output_tokens,
    metadata: metadata ?? {},
    parallel_tool_calls,
    reasoning: { effort: filled.reasoning?.effort ?? null, summary: filled.reasoning?.summary ?? null },
    temperature,
    text: { format: filled.text?.format ?? { type: "text" }, verbosity: filled.text?.verbosity ?? "medium" },
    tool_choice,
    tools: tools ?? [],
    top_logprobs: filled.top_logprobs ?? 0,
    top_p,
  };
}
