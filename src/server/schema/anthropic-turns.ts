/** The conversation of Anthropic's Messages API: what a client may send, and what the engine gets of it. */
import { z } from "zod";
import type { Message, ToolCall } from "../engine/request.js";
import { LabError } from "../errors.js";
import type { AnthropicBlock, AnthropicText, AnthropicToolResult, AnthropicTurn } from "../wire/anthropic.js";
import { ignoredOfTools } from "./anthropic-tools.js";
import { maxPromptCharacters } from "./chat-messages.js";
import { flagField, listField, textField } from "./field-schemas.js";
import { deepestNesting, isNestedDeeper } from "./nesting.js";
import type { Fields } from "./read-fields.js";

const maxBlocks = 1000;

/** Fields of each kind of block that are read, or that stand in answers of this server and say nothing. */
const blockFields = {
  text: ["type", "text"],
  thinking: ["type", "thinking", "signature"],
  redacted_thinking: ["type", "data"],
  tool_use: ["type", "id", "name", "input", "caller"],
  tool_result: ["type", "tool_use_id", "content", "is_error"],
} as const satisfies Readonly<Record<AnthropicBlock["type"], readonly string[]>>;

const speech = textField(0, maxPromptCharacters);
const callId = textField(1, 256);
const textBlock = z.object({ type: z.literal("text", { error: "text" }), text: speech });
const kinds = Object.keys(blockFields).map((kind) => `"${kind}"`);
const kindError = `one of ${kinds.join(", ")}: a model here reads texts only`;

const block = z.discriminatedUnion(
  "type",
  [
    textBlock,
    z.object({ type: z.literal("thinking"), thinking: speech, signature: z.string().nullish() }),
    z.object({ type: z.literal("redacted_thinking"), data: z.string({ error: "a text" }) }),
    z.object({
      type: z.literal("tool_use"),
      id: callId,
      name: textField(1, 128),
      input: z
        .record(z.string(), z.unknown(), { error: "an object" })
        .refine((input) => !isNestedDeeper(input), { error: `an object nested at most ${deepestNesting} deep` }),
    }),
    z.object({
      type: z.literal("tool_result"),
      tool_use_id: callId,
      content: z.union([speech, textsOf("blocks of text")], { error: "a text, or a list of text blocks" }).nullish(),
      is_error: flagField().nullish(),
    }),
  ],
  { error: kindError },
);

function textsOf(things: string): z.ZodArray<typeof textBlock> {
  return z
    .array(textBlock, { error: `a list of ${things}` })
    .max(maxBlocks, { error: `at most ${maxBlocks} ${things}` });
}

const turn = z.object(
  {
    role: z.enum(["user", "assistant", "system"], { error: 'one of "user", "assistant", "system"' }),
    content: z.union([speech, z.array(block).max(maxBlocks)], {
      error: `a text of at most ${maxPromptCharacters} characters, or a list of up to ${maxBlocks} blocks`,
    }),
  },
  { error: "an object with role and content" },
);

export const turnsField: z.ZodType<AnthropicTurn[], AnthropicTurn[]> = listField(turn, 10_000, "messages").describe(
  "The conversation so far; if the last turn is the assistant's, it is continued.",
);

/** Instructions, as a text or as blocks. */
export const systemField: z.ZodType<string | AnthropicText[], string | AnthropicText[]> = z.union(
  [speech, textsOf("text blocks")],
  { error: "a text, or a list of text blocks" },
);

/** The conversation in the engine's words: instructions first, each call and each result in its place. */
export function toConversation(system: string | AnthropicText[] | null, turns: AnthropicTurn[]): Message[] {
  const names = new Map<string, string>();
  const instructions = typeof system === "string" ? system : (system ?? []).map(({ text }) => text).join("\n\n");
  const messages = turns.flatMap(({ role, content }, index) => {
    const blocks: AnthropicBlock[] = typeof content === "string" ? [{ type: "text", text: content }] : content;
    if (role === "assistant") return [assistantTurn(blocks, names, `messages[${index}]`)];
    return otherTurns(role, blocks, names, `messages[${index}]`);
  });
  return joined(instructions === "" ? messages : [{ role: "system", content: instructions }, ...messages]);
}

function assistantTurn(blocks: readonly AnthropicBlock[], names: Map<string, string>, path: string): Message {
  let [content, reasoning] = ["", ""];
  const toolCalls: ToolCall[] = [];
  for (const [index, one] of blocks.entries()) {
    if (one.type === "text") content += one.text;
    else if (one.type === "thinking") reasoning += one.thinking;
    else if (one.type === "tool_use") {
      names.set(one.id, one.name);
      toolCalls.push({ id: one.id, name: one.name, arguments: JSON.stringify(one.input) });
    } else if (one.type === "tool_result") throw misplaced(one, `${path}.content[${index}]`, "user");
  }
  return {
    role: "assistant",
    content,
    ...(reasoning !== "" && { reasoning }),
    ...(toolCalls.length > 0 && { toolCalls }),
  };
}

/** Texts between two results are one turn. */
function otherTurns(
  role: "user" | "system",
  blocks: readonly AnthropicBlock[],
  names: ReadonlyMap<string, string>,
  path: string,
): Message[] {
  const turns: { role: Message["role"]; content: string }[] = [];
  for (const [index, one] of blocks.entries()) {
    const at = `${path}.content[${index}]`;
    const last = turns.at(-1);
    if (one.type === "tool_result" && role === "user") turns.push(toolTurn(one, names, at));
    else if (one.type !== "text") throw misplaced(one, at, one.type === "tool_result" ? "user" : "assistant");
    else if (last?.role === role) last.content += one.text;
    else turns.push({ role, content: one.text });
  }
  return turns.length > 0 ? turns : [{ role, content: "" }];
}

function toolTurn(
  { tool_use_id: id, content, is_error: isError }: AnthropicToolResult,
  names: ReadonlyMap<string, string>,
  path: string,
): Message & { content: string } {
  const name = names.get(id);
  if (name === undefined) {
    throw new LabError(
      "invalid_request",
      `${path}.tool_use_id is "${id.slice(0, 80)}", but no tool_use of an earlier turn has this id. Send the assistant's turn with the call, too.`,
      { param: `${path}.tool_use_id` },
    );
  }
  const text = typeof content === "string" ? content : (content ?? []).map((one) => one.text).join("");
  // no template has a place for it, and a result may not say by itself that it is an error
  const said = isError === true && !/^error\b/i.test(text) ? `Error: ${text}` : text;
  return { role: "tool", content: said, toolCallId: id, toolName: name };
}

function misplaced({ type }: AnthropicBlock, path: string, role: string): LabError {
  return new LabError("invalid_request", `${path} is a ${type} block, which belongs into a turn of the ${role}.`, {
    param: path,
  });
}

/** Turns of one role in a row as one, as that API joins them; calls and thoughts are kept. */
function joined(messages: readonly Message[]): Message[] {
  const result: Message[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    if (last?.role !== message.role || message.role === "tool") result.push(message);
    else result.splice(-1, 1, joinedTurn(last, message));
  }
  return result;
}

function joinedTurn(first: Message, second: Message): Message {
  const both = (one: string | undefined, other: string | undefined, between: string): string =>
    [one, other].filter((text) => text !== undefined && text !== "").join(between);
  const reasoning = both(first.reasoning, second.reasoning, "\n\n");
  const toolCalls = [...(first.toolCalls ?? []), ...(second.toolCalls ?? [])];
  return {
    role: first.role,
    content: both(first.content, second.content, "\n\n"),
    ...(reasoning !== "" && { reasoning }),
    ...(toolCalls.length > 0 && { toolCalls }),
  };
}

/** The fields of a body with what of its blocks is not read. Marks of what is to be remembered change nothing here. */
export function withIgnoredParts(fields: Fields): Fields {
  const { system, messages, tools } = fields.values;
  const ignored = [...ignoredParts(system, messages), ...ignoredOfTools(tools)];
  const marks = ignored.filter((path) => path.endsWith(".cache_control"));
  const sentence = "cache_control has no effect here: what a key has sent before is remembered by itself.";
  return {
    ...fields,
    unknown: [...fields.unknown, ...ignored.filter((path) => !marks.includes(path))],
    remarks: [...fields.remarks, ...marks.slice(0, 1).map((param) => ({ param, sentence }))],
  };
}

/** Paths of fields of blocks that are not read, and of blocks that are dropped. */
function ignoredParts(system: unknown, turns: unknown): string[] {
  const texts = Array.isArray(system) ? system.flatMap((one, at) => ignoredOf(one, `system[${at}]`)) : [];
  const inTurns = (Array.isArray(turns) ? turns : []).flatMap((one: unknown, at) => {
    if (!isObject(one)) return [];
    const extra = Object.keys(one).filter((name) => name !== "role" && name !== "content");
    const blocks = Array.isArray(one.content) ? one.content : [];
    return [
      ...extra.map((name) => `messages[${at}].${name}`),
      ...blocks.flatMap((inner: unknown, index: number) => ignoredOf(inner, `messages[${at}].content[${index}]`)),
    ];
  });
  return [...texts, ...inTurns];
}

function ignoredOf(one: unknown, path: string): string[] {
  if (!isObject(one)) return [];
  if (one.type === "redacted_thinking") return [path];
  const isKnown = Object.hasOwn(blockFields, String(one.type));
  const known: readonly string[] = isKnown ? blockFields[one.type as AnthropicBlock["type"]] : Object.keys(one);
  const inner = one.type === "tool_result" && Array.isArray(one.content) ? one.content : [];
  return [
    ...Object.keys(one)
      .filter((name) => !known.includes(name) && one[name] !== null)
      .map((name) => `${path}.${name}`),
    ...inner.flatMap((part: unknown, index: number) => ignoredOf(part, `${path}.content[${index}]`)),
  ];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
