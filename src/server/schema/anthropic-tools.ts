/** Tools and the choice of them in Anthropic's Messages API. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type { ToolChoice } from "../engine/request.js";
import type { AnthropicTool, AnthropicToolChoice } from "../wire/anthropic.js";
import { mostTools, toolNameField } from "./chat-messages.js";
import { flagField, textField } from "./field-schemas.js";
import { schemaField } from "./token-fields.js";
import { type ToolsPart, toolsPart, toTools } from "./tools.js";

const tool = z.object(
  {
    type: z
      .literal("custom", {
        error: '"custom", or left out: tools that Anthropic\'s servers know by their type cannot be had here',
      })
      .nullish(),
    name: toolNameField,
    description: textField(0, 65_536).nullish(),
    input_schema: schemaField(generationFields.jsonSchema.mostBytes),
    strict: flagField().nullish(),
  },
  { error: "an object with name, description and input_schema" },
);
/** Fields of a tool that are read, or that say what is so anyway. */
const toolFields: readonly string[] = [...Object.keys(tool.shape), "eager_input_streaming"];

const toolsError = `a list of up to ${mostTools} tools`;
export const anthropicToolsField: z.ZodType<AnthropicTool[], AnthropicTool[]> = z
  .array(tool, { error: toolsError })
  .max(mostTools, { error: toolsError }) as unknown as z.ZodType<AnthropicTool[], AnthropicTool[]>;

const parallel = { disable_parallel_tool_use: flagField().nullish() };
export const anthropicChoiceField: z.ZodType<AnthropicToolChoice, AnthropicToolChoice> = z.discriminatedUnion(
  "type",
  [
    z.object({ type: z.literal("auto"), ...parallel }),
    z.object({ type: z.literal("any"), ...parallel }),
    z.object({ type: z.literal("tool"), name: toolNameField, ...parallel }),
    z.object({ type: z.literal("none") }),
  ],
  { error: 'an object whose type is "auto", "any", "tool" or "none"' },
) as unknown as z.ZodType<AnthropicToolChoice, AnthropicToolChoice>;

/** The part of a request that is about tools. Refuses a choice of a tool that is none of them. */
export function anthropicTools(tools: readonly AnthropicTool[], choice: AnthropicToolChoice | null): ToolsPart {
  const described = tools.map(({ name, description, input_schema, strict }, index) => ({
    name,
    description,
    parameters: input_schema,
    strict,
    path: `tools[${index}].input_schema`,
  }));
  const isParallel = !(choice !== null && "disable_parallel_tool_use" in choice && choice.disable_parallel_tool_use);
  return toolsPart(toTools(described), choiceOf(choice), isParallel);
}

function choiceOf(choice: AnthropicToolChoice | null): ToolChoice | undefined {
  if (choice === null) return undefined;
  if (choice.type === "tool") return { name: choice.name };
  return choice.type === "any" ? "required" : choice.type;
}

/** Paths of fields of tools that are not read. */
export function ignoredOfTools(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools.flatMap((one: unknown, index) =>
    Object.entries(typeof one === "object" ? (one ?? {}) : {})
      .filter(([name, value]) => !toolFields.includes(name) && value !== null)
      .map(([name]) => `tools[${index}].${name}`),
  );
}
