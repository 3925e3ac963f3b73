/** Body of `/v1/messages`, and the generation it asks for. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type { AnthropicText, AnthropicThinkingConfig, AnthropicTurn, MessagesRequest } from "../wire/anthropic.js";
import { systemField, toConversation, turnsField, withIgnoredParts } from "./anthropic-turns.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { flagField, numberField, orDefault, textField, wholeField } from "./field-schemas.js";
import type { ChoicesCall } from "./generation-call.js";
import { type FilledOptions, optionSchemas } from "./generation-options.js";
import { openaiDefaults } from "./openai-options.js";
import { anthropicMessages } from "./parameters/anthropic.js";
import { callOptions, refuseIfStrict, resolve } from "./to-generation.js";

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
  | "reasoning_budget";

export type FilledMessages = Omit<FilledOptions, Own> & {
  model: string;
  max_tokens: number;
  messages: AnthropicTurn[];
  system: string | AnthropicText[] | null;
  stop_sequences: string[];
  thinking: AnthropicThinkingConfig | null;
  stream: boolean;
};

const { modelId, maxTokens, topP, topK, stop } = generationFields;

const display = z.enum(["summarized", "omitted"], { error: 'one of "summarized", "omitted"' }).nullish();
const thinkingConfig = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("enabled"), budget_tokens: wholeField(1, maxTokens.most), display }),
    z.object({ type: z.literal("adaptive"), display }),
    z.object({ type: z.literal("disabled") }),
  ],
  { error: 'an object whose type is "enabled", "adaptive" or "disabled"' },
) as unknown as z.ZodType<AnthropicThinkingConfig, AnthropicThinkingConfig>;

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
    const { thinking } = filled;
    const options: FilledOptions = {
      ...filled,
      model_id: filled.model,
      max_length: filled.max_tokens,
      do_sample: true,
      stop: filled.stop_sequences,
      system_prompt: null,
      parse_special: false,
      reasoning: "separate",
      reasoning_budget: budgetOf(thinking),
    };
    const input = { kind: "chat", messages: toConversation(filled.system, filled.messages) } as const;
    const call = callOptions(options, fields);
    const warnings = [...call.warnings];
    if (thinking?.type === "enabled" && thinking.budget_tokens >= filled.max_tokens) {
      const warning = `thinking.budget_tokens is ${thinking.budget_tokens}, but thoughts end with max_tokens of ${filled.max_tokens} and may leave no room for an answer.`;
      refuseIfStrict(options, warning, "thinking.budget_tokens");
      warnings.push(warning);
    }
    return {
      ...call,
      warnings,
      lengthGiven: true,
      stream: filled.stream,
      showsThoughts: !(thinking !== null && "display" in thinking && thinking.display === "omitted"),
      requests: [resolve(options, fields, input)],
      n: 1,
      streamUsage: "never",
    };
  },
});

function budgetOf(thinking: AnthropicThinkingConfig | null): number | null {
  if (thinking?.type === "disabled") return 0;
  return thinking?.type === "enabled" ? thinking.budget_tokens : null;
}
