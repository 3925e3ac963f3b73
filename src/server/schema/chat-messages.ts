/** The messages of a conversation: what a client may send, and what the engine gets of it. */
import { z } from "zod";
import type { Message } from "../engine/request.js";
import type { ChatMessage } from "../wire/generation.js";
import { listField, textField } from "./field-schemas.js";

/** Characters of a prompt, and of a message. */
export const maxPromptCharacters = 1_000_000;

const roleError = 'one of "system", "user", "assistant"';
const messageField = z.object(
  {
    role: z.enum(["system", "user", "assistant"], { error: roleError }).describe("Who speaks."),
    content: textField(0, maxPromptCharacters).describe("What is said."),
    reasoning_content: textField(0, maxPromptCharacters)
      .nullish()
      .describe("What the assistant thought before it said that."),
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
  return messages.map(({ reasoning_content: reasoning, ...message }) =>
    message.role === "assistant" && typeof reasoning === "string" ? { ...message, reasoning } : message,
  );
}

/** Both instructions in one message where the conversation brings its own: templates take one at most. */
export function withSystemPrompt(messages: readonly Message[], systemPrompt: string | null): readonly Message[] {
  if (systemPrompt === null || systemPrompt === "") return messages;
  const [first, ...rest] = messages;
  if (first?.role !== "system") return [{ role: "system", content: systemPrompt }, ...messages];
  return [{ role: "system", content: `${systemPrompt}\n\n${first.content}` }, ...rest];
}

/** Paths of fields of messages that are not known. */
export function unknownMessageFields(messages: unknown): string[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message: unknown, index) =>
    Object.keys(isObject(message) ? message : {})
      .filter((name) => name !== "role" && name !== "content" && !isThought(name, message))
      .map((name) => `messages[${index}].${name}`),
  );
}

/** Only the assistant's thoughts are read. */
const isThought = (name: string, message: unknown): boolean =>
  name === "reasoning_content" && isObject(message) && message.role === "assistant";

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
