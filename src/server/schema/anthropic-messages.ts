/** Body of `/v1/messages`, and the generation it asks for. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type {
  AnthropicFormat,
  AnthropicOutputConfig,
  AnthropicText,
  AnthropicThinkingConfig,
  AnthropicTool,
  AnthropicToolChoice,
  AnthropicTurn,
  MessagesRequest,
} from "../wire/anthropic.js";
import { anthropicChoiceField, anthropicTools, anthropicToolsField } from "./anthropic-tools.js";
import { systemField, toConversation, turnsField, withIgnoredParts } from "./anthropic-turns.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { flagField, numberField, orDefault, textField, wholeField } from "./field-schemas.js";
import type { ChoicesCall } from "./generation-call.js";
import { type FilledOptions, optionSchemas } from "./generation-options.js";
import { leftOpen, openaiDefaults } from "./openai-options.js";
import { anthropicMessages } from "./parameters/anthropic.js";
import { type Remark, withSource } from "./read-fields.js";
import { effortOptions } from "./reasoning-effort.js";
import { callOptions, resolve } from "./to-generation.js";
import { schemaField } from "./token-fields.js";
import { toolRemarks } from "./tools.js";

/** What an answer of this API has to know beside the generation. */
export interface MessagesCall extends ChoicesCall {
  /** False: blocks of thought come without their text. */
  readonly showsThoughts: boolean;
}

type Own =
  | "model_id"
  | "max_length"
  | "do_sample"
  | "stop"
  | "system_prompt"
  | "parse_special"
  | "reasoning"
  | "reasoning_budget"
  | "json_schema"
  | "logprobs";

export type FilledMessages = Omit<FilledOptions, Own> & {
  model: string;
  max_tokens: number;
  messages: AnthropicTurn[];
  system: string | AnthropicText[] | null;
  stop_sequences: string[];
  thinking: AnthropicThinkingConfig | null;
  tools: AnthropicTool[] | null;
  tool_choice: AnthropicToolChoice | null;
  output_config: AnthropicOutputConfig | null;
  output_format: AnthropicFormat | null;
  stream: boolean;
};

const { modelId, maxTokens, topP, topK, stop, jsonSchema } = generationFields;

const display = z.enum(["summarized", "omitted"], { error: 'one of "summarized", "omitted"' }).nullish();
const thinkingConfig = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("enabled"), budget_tokens: wholeField(1, maxTokens.most), display }),
    z.object({ type: z.literal("adaptive"), display }),
    z.object({ type: z.literal("between_tools") }),
    z.object({ type: z.literal("disabled") }),
  ],
  { error: 'an object whose type is "enabled", "adaptive", "between_tools" or "disabled"' },
) as unknown as z.ZodType<AnthropicThinkingConfig, AnthropicThinkingConfig>;

const outputFormat = z.object(
  { type: z.literal("json_schema"), schema: schemaField(jsonSchema.mostBytes) },
  { error: 'an object such as {"type": "json_schema", "schema": {"type": "object"}}' },
);
const effort = z.enum(["low", "medium", "high", "xhigh", "max"], {
  error: 'one of "low", "medium", "high", "xhigh", "max"',
});
const outputConfig = z.object(
  { effort: effort.nullish(), format: outputFormat.nullish() },
  { error: 'an object such as {"effort": "low"}' },
) as unknown as z.ZodType<AnthropicOutputConfig, AnthropicOutputConfig>;

const stopError = `a list of up to ${stop.mostTexts} texts of ${stop.least} to ${stop.most} characters`;
const stopSequences = z
  .array(textField(stop.least, stop.most), { error: stopError })
  .max(stop.mostTexts, { error: stopError })
  .nullish()
  .meta({ description: "Texts that end the answer and are not part of it." })
  .transform((given) => given ?? []);

const {
  model_id: _model,
  max_length: _length,
  do_sample: _sample,
  stop: _stop,
  system_prompt: _system,
  parse_special: _special,
  reasoning: _reasoning,
  reasoning_budget: _budget,
  json_schema: _schema,
  logprobs: _logprobs,
  ...options
} = optionSchemas(openaiDefaults);

export const messagesRequest: z.ZodType<FilledMessages, MessagesRequest> = exactly<FilledMessages, MessagesRequest>()(
  z
    .object({
      ...options,
      model: textField(modelId.least, modelId.most).describe("Id of the model."),
      max_tokens: wholeField(maxTokens.least, maxTokens.most).describe("Most new tokens, thoughts included."),
      messages: turnsField,
      system: orDefault(systemField, null, "Instructions given to the model before everything else."),
      temperature: orDefault(numberField(0, 1), 1, "Randomness; 0 always takes the likeliest token."),
      top_p: orDefault(numberField(topP.least, topP.most), 1, `${topP.what}.`),
      top_k: orDefault(wholeField(topK.least, topK.most), 0, `${topK.what}; ${topK.note}.`),
      stop_sequences: stopSequences,
      thinking: orDefault(
        thinkingConfig,
        null,
        "Whether and how long the model thinks, where it can; left out, it thinks as it does.",
      ),
      tools: orDefault(anthropicToolsField, null, "Tools that the model may call."),
      tool_choice: orDefault(anthropicChoiceField, null, "Whether the model calls tools, and which."),
      output_config: orDefault(outputConfig, null, "The form of the answer, and how much a model may think before it."),
      output_format: orDefault(outputFormat, null, "An older name of output_config.format."),
      stream: orDefault(flagField(), false, "Send the answer as events while it is made."),
    })
    .meta({ id: "MessagesRequest" }),
);

export const messagesBody: Body<MessagesCall> = bodyOf({
  schema: messagesRequest,
  parameters: [anthropicMessages],
  unknown: "tell",
  prepare: withIgnoredParts,
  toCall: (filled, fields) => {
    const { thinking, tools, tool_choice: choice } = filled;
    const options = optionsOf(filled);
    const source =
      (filled.output_config?.format ?? null) === null ? "output_format.schema" : "output_config.format.schema";
    const named = withSource(fields, "json_schema", source);
    const input = { kind: "chat", messages: toConversation(filled.system, filled.messages) } as const;
    const callable = anthropicTools(tools ?? [], choice);
    const remarks = [...fields.remarks, ...remarksOf(filled), ...toolRemarks(callable)];
    return {
      ...callOptions(options, { ...named, remarks }),
      lengthGiven: true,
      stream: filled.stream,
      showsThoughts: !(thinking !== null && "display" in thinking && thinking.display === "omitted"),
      requests: [{ ...resolve(options, named, input), open: leftOpen(options, named), ...callable }],
      n: 1,
      streamUsage: "never",
    };
  },
});

function optionsOf(filled: FilledMessages): FilledOptions {
  const { thinking, output_config: config, chat_template_kwargs } = filled;
  return {
    ...filled,
    ...effortOptions({
      reasoning_effort: config?.effort ?? null,
      reasoning_budget: budgetOf(thinking),
      chat_template_kwargs,
    }),
    model_id: filled.model,
    max_length: filled.max_tokens,
    do_sample: true,
    stop: filled.stop_sequences,
    system_prompt: null,
    parse_special: false,
    reasoning: "separate",
    json_schema: (config?.format ?? filled.output_format)?.schema ?? null,
    logprobs: null,
  };
}

function budgetOf(thinking: AnthropicThinkingConfig | null): number | null {
  if (thinking?.type === "disabled") return 0;
  return thinking?.type === "enabled" ? thinking.budget_tokens : null;
}

function remarksOf({ thinking, max_tokens }: FilledMessages): Remark[] {
  if (thinking?.type === "between_tools") {
    const sentence = "thinking of type between_tools is adaptive here: a model thinks where it was taught to.";
    return [{ param: "thinking.type", sentence }];
  }
  if (thinking?.type !== "enabled" || thinking.budget_tokens < max_tokens) return [];
  const sentence = `thinking.budget_tokens is ${thinking.budget_tokens}, but thoughts end with max_tokens of ${max_tokens} and may leave no room for an answer.`;
  return [{ param: "thinking.budget_tokens", sentence }];
}
