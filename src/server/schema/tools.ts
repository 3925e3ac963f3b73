/** Tools in a request, as OpenAI's API has them, and as an engine takes them. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import type { GenerationRequest, Tool, ToolChoice } from "../engine/request.js";
import { LabError } from "../errors.js";
import type { JsonSchema } from "../wire/generation.js";
import type { FunctionTool, ToolChoiceOption, ToolOptions } from "../wire/tools.js";
import { mostTools, toolNameField } from "./chat-messages.js";
import { flagField, orDefault, textField, type WithDefault } from "./field-schemas.js";
import { grammarOf } from "./grammar-of.js";
import { looseGrammarOf } from "./loose-grammar.js";
import type { Remark } from "./read-fields.js";
import { showValue } from "./show-value.js";
import { schemaField } from "./token-fields.js";

const mostSchemaBytes = generationFields.jsonSchema.mostBytes;

const functionField = z.object(
  {
    name: toolNameField.describe("Its name."),
    description: textField(0, 65_536).nullish().describe("What it does, for the model."),
    parameters: schemaField(mostSchemaBytes).nullish().describe("JSON schema of its arguments."),
    strict: flagField()
      .nullish()
      .describe("true: refused where not all of its schema can be guaranteed; else a warning says what is not."),
  },
  { error: "an object with name, description and parameters" },
);

const toolField = z.object(
  {
    type: z.literal("function", { error: 'the text "function": no other tools can be had here' }),
    function: functionField,
  },
  { error: "an object with type and function" },
);

const choiceError = '"auto", "none", "required", or {"type": "function", "function": {"name": "…"}}';
const toolChoiceField = z.union(
  [
    z.enum(["auto", "none", "required"]),
    z.object({ type: z.literal("function"), function: z.object({ name: toolNameField }) }),
  ],
  { error: choiceError },
);

const toolsError = `a list of up to ${mostTools} tools`;

export type FilledTools = {
  tools: FunctionTool[] | null;
  tool_choice: ToolChoiceOption | null;
  parallel_tool_calls: boolean;
};

/** The fields of a body that takes tools. */
export const toolFields: {
  readonly [Name in keyof ToolOptions]-?: WithDefault<
    z.ZodType<NonNullable<FilledTools[Name]>, NonNullable<ToolOptions[Name]>>,
    FilledTools[Name]
  >;
} = {
  tools: orDefault(
    z.array(toolField, { error: toolsError }).max(mostTools, { error: toolsError }),
    null,
    "What the model may call.",
  ),
  tool_choice: orDefault(
    toolChoiceField,
    null,
    "Whether the model calls tools: auto, none, required, or the one that is named.",
  ),
  parallel_tool_calls: orDefault(flagField(), true, "false: one call at most."),
};

/** A tool as some API describes it. */
export interface DescribedTool {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly parameters?: JsonSchema | null | undefined;
  readonly strict?: boolean | null | undefined;
  /** Path of its schema in the request, for errors. */
  readonly path: string;
}

/**
 * Tools as an engine takes them. Refuses two of one name, schemas that are none, and of `strict` ones those whose promise
 * could not be kept.
 */
export function toTools(described: readonly DescribedTool[], param: string = "tools"): readonly Tool[] {
  const names = described.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw refusal(param, `Two tools are called ${showValue(twice)}. Give each a name of its own.`);
  return described.map(({ name, description, parameters, strict, path }) => {
    const schema = { type: "object", ...(parameters ?? { properties: {} }) };
    const { grammar, leftOut } =
      strict === true ? { grammar: grammarOf(schema, path), leftOut: [] } : looseGrammarOf(schema, path);
    const unheld = leftOut.map(
      (what) => `${path}: ${what} cannot be guaranteed, so arguments may not obey it; with strict: true it is refused.`,
    );
    return {
      name,
      ...(typeof description === "string" && { description }),
      parameters: schema,
      grammar,
      ...(unheld.length > 0 && { unheld }),
    };
  });
}

/** What is to be said of the tools in a request. */
export const toolRemarks = ({ tools = [] }: ToolsPart): Remark[] =>
  tools.flatMap(({ unheld = [] }) => unheld.map((sentence) => ({ param: "tools", sentence })));

/** The part of a request that is about tools; nothing of it where there are none. */
export function toolsOf({ tools, tool_choice: choice, parallel_tool_calls }: FilledTools): ToolsPart {
  const described = (tools ?? []).map(({ function: one }, index) => ({
    ...one,
    path: `tools[${index}].function.parameters`,
  }));
  return toolsPart(toTools(described), choiceOf(choice), parallel_tool_calls);
}

export type ToolsPart = Pick<GenerationRequest, "tools" | "toolChoice" | "parallelToolCalls">;

/** The same from what other APIs have. Refuses a choice of tools where there are none, or of one that is none of them. */
export function toolsPart(
  tools: readonly Tool[],
  choice: ToolChoice | undefined,
  isParallel: boolean,
  param: string = "tool_choice",
): ToolsPart {
  if (typeof choice === "object" && !tools.some(({ name }) => name === choice.name)) {
    throw refusal(param, `${param} names ${showValue(choice.name)}, which is none of tools.`);
  }
  if (tools.length === 0) {
    if (choice === "required")
      throw refusal(param, `${param} is "required", but there are no tools. Send some, or "auto".`);
    return {};
  }
  return {
    tools,
    ...(choice !== undefined && { toolChoice: choice }),
    ...(!isParallel && { parallelToolCalls: false }),
  };
}

const choiceOf = (choice: ToolChoiceOption | null): ToolChoice | undefined =>
  choice === null ? undefined : typeof choice === "string" ? choice : { name: choice.function.name };

const refusal = (param: string, message: string): LabError => new LabError("invalid_request", message, { param });
