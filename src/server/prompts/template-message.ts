import { createHash } from "node:crypto";
import type { Message, ToolCall } from "../engine/request.js";
import type { Guard } from "./guard.js";

/** A turn as templates read it. */
export interface TemplateMessage extends Pick<Message, "role" | "content"> {
  readonly reasoning?: string;
  readonly reasoning_content?: string;
  readonly thinking?: string;
  readonly tool_calls?: readonly object[];
  /** Of a tool's turn. */
  readonly tool_call_id?: string;
  readonly name?: string;
}

/** How a template takes calls: their arguments as an object, or as its JSON; and how long their ids must be. */
export interface CallShape {
  readonly arguments: "object" | "text";
  readonly idLetters: 9 | 24;
}

/** The turn with a mark in each control token that a client's text spells out. */
export function guardedMessage(message: Message, guard: Guard): Message {
  const { role, content, reasoning, toolCalls, toolCallId, toolName } = message;
  const writer = role === "assistant" ? "model" : "client";
  const mark = (text: string): string => guard.mark(text, "client");
  return {
    role,
    content: guard.mark(content, writer),
    ...(reasoning !== undefined && { reasoning: guard.mark(reasoning, writer) }),
    ...(toolCalls !== undefined && {
      toolCalls: toolCalls.map((call) => ({
        id: mark(call.id),
        name: mark(call.name),
        arguments: guardedJson(call.arguments, guard),
      })),
    }),
    ...(toolCallId !== undefined && { toolCallId: mark(toolCallId) }),
    ...(toolName !== undefined && { toolName: mark(toolName) }),
  };
}

/** In JSON a control token may be spelled with escapes, so its texts are marked once they are read. */
function guardedJson(json: string, guard: Guard): string {
  const value = objectOf(json);
  return value === undefined ? guard.mark(json, "client") : JSON.stringify(guard.markValue(value));
}

/** With the names that templates have for what was thought and called; each reads its own. */
export function templateMessage(message: Message, shape: CallShape): TemplateMessage {
  const { role, content, reasoning, toolCalls = [], toolCallId, toolName } = message;
  return {
    role,
    content,
    ...(reasoning !== undefined && { reasoning, reasoning_content: reasoning, thinking: reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map((call) => templateCall(call, shape)) }),
    ...(role === "tool" && toolCallId !== undefined && { tool_call_id: idFor(toolCallId, shape) }),
    ...(role === "tool" && toolName !== undefined && { name: toolName }),
  };
}

function templateCall({ id, name, arguments: json }: ToolCall, shape: CallShape): object {
  const given = shape.arguments === "object" ? (objectOf(json) ?? json) : json;
  return { id: idFor(id, shape), type: "function", function: { name, arguments: given } };
}

/** The id as the template wants it: one that another server made may be of another length. */
function idFor(id: string, { idLetters }: CallShape): string {
  if (idLetters !== 9 || /^[A-Za-z0-9]{9}$/.test(id)) return id;
  return createHash("sha256")
    .update(id)
    .digest("base64")
    .replace(/[^A-Za-z0-9]/g, "")
    .slice(0, 9);
}

/** Undefined for a text that is no JSON of an object. */
function objectOf(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json === "" ? "{}" : json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
