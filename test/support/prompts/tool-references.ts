/**
 * What templates make of conversations with tools, by name of the template in llama.cpp's source.
 *
 * Taken from jinja2 3.1.6 with the settings and the `tojson` of transformers 5.24.0, at 2026-03-09 12:00, with
 * `add_generation_prompt` and `enable_thinking` true, arguments as objects and as texts. Left out are templates that jinja2
 * cannot read or run, and three whose reference is an accident of Python (escapes of `|safe`, `.items` of a schema).
 */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Message, Tool } from "../../../src/server/engine/request.js";

interface WireCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: object };
}

interface WireMessage {
  readonly role: Message["role"];
  readonly content: string;
  readonly tool_calls?: readonly WireCall[];
  readonly tool_call_id?: string;
}

interface ToolReferences {
  readonly tools: readonly Omit<Tool, "grammar">[];
  readonly conversations: Readonly<Record<string, readonly WireMessage[]>>;
  /** By template and conversation: any of these is right; null where the template refuses. */
  readonly templates: Readonly<Record<string, Readonly<Record<string, readonly string[] | null>>>>;
}

export const toolReferences: ToolReferences = JSON.parse(
  gunzipSync(readFileSync(new URL("tool-references.json.gz", import.meta.url))).toString("utf8"),
);

/** A conversation of the references in the engine's words; results do not name their tool. */
export const referenceMessages = (name: string): readonly Message[] =>
  (toolReferences.conversations[name] ?? []).map(({ role, content, tool_calls = [], tool_call_id }) => ({
    role,
    content,
    ...(tool_calls.length > 0 && {
      toolCalls: tool_calls.map(({ id, function: called }) => ({
        id,
        name: called.name,
        arguments: JSON.stringify(called.arguments),
      })),
    }),
    ...(tool_call_id !== undefined && { toolCallId: tool_call_id }),
  }));
