/** Tools and the choice of them in OpenAI's Responses API. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type { ToolChoice } from "../engine/request.js";
import type { ResponsesTool, ResponsesToolChoice } from "../wire/openai-responses.js";
import { mostTools, toolNameField } from "./chat-messages.js";
import { flagField, textField } from "./field-schemas.js";
import { schemaField } from "./token-fields.js";
import { type DescribedTool, type ToolsPart, toolsPart, toTools } from "./tools.js";

const tool = z.object(
  {
    type: z.literal("function", { error: '"function": tools that OpenAI\'s servers run cannot be had here' }),
    name: toolNameField,
    description: textField(0, 65_536).nullish(),
    parameters: schemaField(generationFields.jsonSchema.mostBytes).nullish(),
    strict: flagField().nullish(),
  },
  { error: "an object with type, name and parameters" },
);

const toolsError = `a list of up to ${mostTools} tools`;
export const responsesToolsField: z.ZodType<ResponsesTool[], ResponsesTool[]> = z
  .array(tool, { error: toolsError })
  .max(mostTools, { error: toolsError });

const named = z.object({ type: z.literal("function"), name: toolNameField });
const choiceError =
  '"auto", "none", "required", {"type": "function", "name": "…"}, or {"type": "allowed_tools", "mode": "auto", "tools": […]}';
export const responsesChoiceField: z.ZodType<ResponsesToolChoice, ResponsesToolChoice> = z.union(
  [
    z.enum(["auto", "none", "required"]),
    named,
    z.object({
      type: z.literal("allowed_tools"),
      mode: z.enum(["auto", "required"]),
      tools: z.array(named).min(1).max(mostTools),
    }),
  ],
  { error: choiceError },
);

/** The part of a request that is about tools. Refuses a choice of a tool that is none of them. */
export function responsesTools(
  tools: readonly ResponsesTool[],
  choice: ResponsesToolChoice,
  isParallel: boolean,
): ToolsPart {
  const described: DescribedTool[] = tools.map((one, index) => ({ ...one, path: `tools[${index}].parameters` }));
  if (typeof choice === "object" && choice.type === "allowed_tools") {
    const names = choice.tools.map(({ name }) => name);
    // each of them has to be there
    for (const name of names) toolsPart(toTools(described), { name }, isParallel, "tool_choice.tools");
    return toolsPart(toTools(described.filter(({ name }) => names.includes(name))), choice.mode, isParallel);
  }
  return toolsPart(toTools(described), choiceOf(choice), isParallel);
}

const choiceOf = (choice: Exclude<ResponsesToolChoice, { type: "allowed_tools" }>): ToolChoice =>
  typeof choice === "string" ? choice : { name: choice.name };
