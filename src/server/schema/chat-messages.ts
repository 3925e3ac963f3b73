/** The messages of a conversation: what a client may send, and what the engine gets of it. */
import { z } from "zod";
import type { Message } from "../engine/request.js";
import { LabError } from "../errors.js";
import type { ChatMessage } from "../wire/generation.js";
import { listField, textField } from "./field-schemas.js";
import { plainMessages } from "./plain-messages.js";
import type { Fields } from "./read-fields.js";

/** Characters of a prompt, and of a message. */
export const maxPromptCharacters = 1_000_000;

/** Calls in one turn, and tools in a request. */
export const mostTools = 128;
const toolName = /^[A-Za-z0-9_.-]{1,64}$/;
const nameError = "1 to 64 letters, digits, _, - or .";
export const toolNameField: z.ZodString = z.string({ error: nameError }).regex(toolName, { error: nameError });

const callField = z.object(
  {
    id: textField(1, 256).describe("Tells calls apart."),
    type: z.literal("function", { error: 'the text "function"' }),
    function: z.object(
      {
        name: toolNameField.describe("The tool's name."),
        arguments: textField(0, maxPromptCharacters)
          .refine(isObjectText, { error: "the JSON text of an object" })
          .describe("JSON of an object."),
      },
      { error: "an object with name and arguments" },
    ),
  },
  { error: "an object with id, type and function" },
);

const roleError = 'one of "system", "user", "assistant", "tool"';
const messageField = z.object(
  {
    role: z.enum(["system", "user", "assistant", "tool"], { error: roleError }).describe("Who speaks."),
    content: textField(0, maxPromptCharacters).describe("What is said."),
    reasoning_content: textField(0, maxPromptCharacters)
      .nullish()
      .describe("What the assistant thought before it said that."),
    tool_calls: z
      .array(callField, { error: `a list of up to ${mostTools} calls` })
      .max(mostTools, { error: `a list of up to ${mostTools} calls` })
      .nullish()
      .describe("Calls that the assistant made."),
    tool_call_id: textField(1, 256).nullish().describe("Of a tool's turn: id of the call that it answers."),
    name: toolNameField.nullish().describe("Of a tool's turn: the tool's name."),
  },
  { error: "an object with role and content" },
);

export const messagesField: z.ZodType<ChatMessage[], ChatMessage[]> = listField(
  messageField,
  1000,
  "messages",
).describe("The conversation so far.");

/** The conversation in the engine's words. */
export function toMessages(messages: readonly ChatMessage[]): readonly Message[] {
  return messages.map((message, index): Message => {
    const { role, content } = message;
    if (role === "assistant") return { role, content, ...thoughtOf(message), ...callsOf(message) };
    return role === "tool" ? { role, content, ...answeredCall(messages, index) } : { role, content };
  });
}

const thoughtOf = ({ reasoning_content: reasoning }: ChatMessage): Pick<Message, "reasoning"> =>
  typeof reasoning === "string" ? { reasoning } : {};

function callsOf({ tool_calls: calls }: ChatMessage): Pick<Message, "toolCalls"> {
  if ((calls ?? []).length === 0) return {};
  // an empty text is what some clients make of no arguments
  return {
    toolCalls: (calls ?? []).map(({ id, function: { name, arguments: text } }) => ({
      id,
      name,
      arguments: text.trim() || "{}",
    })),
  };
}

/** Which call a tool's turn answers. Refuses one that says neither its id nor the tool's name. */
function answeredCall(messages: readonly ChatMessage[], index: number): Pick<Message, "toolCallId" | "toolName"> {
  const { tool_call_id: id = null, name = null } = messages[index] as ChatMessage;
  if (id === null && name === null) {
    const param = `messages[${index}].tool_call_id`;
    throw new LabError("invalid_request", `${param} is missing. It must be the id of the call that this answers.`, {
      param,
    });
  }
  const before = messages.slice(0, index).flatMap(({ tool_calls: calls }) => calls ?? []);
  const toolName = name ?? before.findLast((call) => call.id === id)?.function.name;
  return { ...(id !== null && { toolCallId: id }), ...(toolName !== undefined && { toolName }) };
}

function isObjectText(text: string): boolean {
  if (text.trim() === "") return true;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** Both instructions in one message where the conversation brings its own: templates take one at most. */
export function withSystemPrompt(messages: readonly Message[], systemPrompt: string | null): readonly Message[] {
  if (systemPrompt === null || systemPrompt === "") return messages;
  const [first, ...rest] = messages;
  if (first?.role !== "system") return [{ role: "system", content: systemPrompt }, ...messages];
  return [{ role: "system", content: `${systemPrompt}\n\n${first.content}` }, ...rest];
}

/** The fields with plain messages, and the paths of what is not known in them. */
export function withPlainMessages(fields: Fields): Fields {
  const { messages } = fields.values;
  return {
    ...fields,
    values: { ...fields.values, messages: plainMessages(messages) },
    unknown: [...fields.unknown, ...unknownMessageFields(messages)],
  };
}

/** Paths of fields of messages that are not known. */
function unknownMessageFields(messages: unknown): string[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message: unknown, index) =>
    Object.keys(isObject(message) ? message : {})
      .filter((name) => !isRead(name, message))
      .map((name) => `messages[${index}].${name}`),
  );
}

/** What is read of a message beside role and content, by who speaks. */
const readOf: ReadonlyMap<string, readonly string[]> = new Map([
  ["assistant", ["reasoning_content", "tool_calls"]],
  ["tool", ["tool_call_id", "name"]],
]);

/** Nothing is lost of a field that is null. */
function isRead(name: string, message: unknown): boolean {
  if (name === "role" || name === "content") return true;
  if (!isObject(message) || message[name] === null) return true;
  return typeof message.role === "string" && readOf.get(message.role)?.includes(name) === true;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
