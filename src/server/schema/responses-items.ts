/** The input of OpenAI's Responses API: items of a conversation, and the turns that they are. */
import type { Message, ToolCall } from "../engine/request.js";
import { LabError } from "../errors.js";
import { maxPromptCharacters, withSystemPrompt } from "./chat-messages.js";
import { unpackThoughts } from "./packed-thoughts.js";
import { joinedText } from "./plain-messages.js";
import { showValue } from "./show-value.js";

type Item = Readonly<Record<string, unknown>>;

/** Fields of each kind of item that are read, or that say nothing that is not known. */
const itemFields: Readonly<Record<string, readonly string[]>> = {
  message: ["type", "id", "status", "role", "content", "phase"],
  function_call: ["type", "id", "status", "call_id", "name", "arguments"],
  function_call_output: ["type", "id", "status", "call_id", "output"],
  reasoning: ["type", "id", "status", "summary", "content", "encrypted_content"],
};

/** The conversation in the engine's words, and the paths of what of it is not read. */
export interface ReadItems {
  readonly messages: readonly Message[];
  readonly ignored: readonly string[];
}

/** Refuses with `invalid_request` what is no item of a conversation in text, by its path. */
export function readItems(input: string | readonly Item[], instructions: string | null): ReadItems {
  const turns = new Turns();
  const items = typeof input === "string" ? [{ role: "user", content: input }] : input;
  const ignored = items.flatMap((item, index) => readItem(turns, item, `input[${index}]`));
  return { messages: withSystemPrompt(turns.end(), instructions), ignored };
}

/** Adds what an item says; returns the paths of what of it is not read. */
function readItem(turns: Turns, item: Item, path: string): string[] {
  const type = typeof item.type === "string" ? item.type : "message";
  const fields = Object.hasOwn(itemFields, type) ? itemFields[type] : undefined;
  if (fields === undefined) throw strange(type, path);
  const ignored = Object.keys(item)
    .filter((name) => !fields.includes(name) && (item[name] ?? null) !== null)
    .map((name) => `${path}.${name}`);
  if (type === "message") readMessage(turns, item, path);
  else if (type === "function_call") turns.call(callOf(item, path));
  else if (type === "function_call_output") {
    turns.answer(textIn(item, "call_id", path, 256), contentOf(item.output, `${path}.output`), path);
  } else {
    const thoughts = thoughtsOf(item, path);
    if (thoughts === undefined) return [...ignored, `${path}.encrypted_content`];
    turns.think(thoughts);
  }
  return ignored;
}

function readMessage(turns: Turns, { role, content }: Item, path: string): void {
  const text = contentOf(content, `${path}.content`);
  if (role === "assistant") turns.reply(text);
  else if (role === "user") turns.say("user", text);
  else if (role === "system" || role === "developer") turns.say("system", text);
  else throw wrong(`${path}.role`, role, 'one of "user", "assistant", "system", "developer"');
}

function callOf(item: Item, path: string): ToolCall {
  const json = textIn(item, "arguments", path, maxPromptCharacters);
  if (!isJsonObject(json)) throw wrong(`${path}.arguments`, json, "JSON of an object");
  return { id: textIn(item, "call_id", path, 256), name: textIn(item, "name", path, 128), arguments: json };
}

/** undefined for thoughts that only another server can read. */
function thoughtsOf({ content, summary, encrypted_content: packed }: Item, path: string): string | undefined {
  for (const [name, parts] of Object.entries({ content, summary })) {
    if (!Array.isArray(parts) || parts.length === 0) continue;
    return parts.map((part: unknown, index) => textIn(part as Item, "text", `${path}.${name}[${index}]`)).join("\n\n");
  }
  return typeof packed === "string" ? unpackThoughts(packed) : "";
}

/** A text, or the texts of parts. */
function contentOf(content: unknown, path: string): string {
  const text = Array.isArray(content) ? joinedText(content, path) : content;
  if (typeof text === "string" && text.length <= maxPromptCharacters) return text;
  throw wrong(path, text, `a text of at most ${maxPromptCharacters} characters, or a list of parts`);
}

function textIn(item: Item, name: string, path: string, most: number = maxPromptCharacters): string {
  const value = (item as Item | null)?.[name];
  if (typeof value === "string" && value.length <= most && (value !== "" || most === maxPromptCharacters)) return value;
  throw wrong(
    `${path}.${name}`,
    value,
    `a text of ${most === maxPromptCharacters ? "at most" : "1 to"} ${most} characters`,
  );
}

function isJsonObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

const wrong = (param: string, value: unknown, wish: string): LabError =>
  new LabError(
    "invalid_request",
    `${param} is ${value === undefined ? "missing" : showValue(value)}. It must be ${wish}.`,
    { param },
  );

function strange(type: string, path: string): LabError {
  const what =
    type === "item_reference"
      ? "is an item_reference, but nothing is stored here: send the item itself"
      : `is of type ${showValue(type)}. It must be one of ${Object.keys(itemFields).join(", ")}`;
  return new LabError("invalid_request", `${path} ${what}.`, { param: path });
}

/** Turns in the making: what an assistant thinks, says and calls in a row is one turn. */
class Turns {
  readonly #messages: Message[] = [];
  readonly #names = new Map<string, string>();
  #thoughts: string[] = [];
  #texts: string[] = [];
  #calls: ToolCall[] = [];
  #isOpen = false;

  think(thoughts: string): void {
    if (thoughts !== "") this.#thoughts.push(thoughts);
  }

  reply(text: string): void {
    this.#isOpen = true;
    if (text !== "") this.#texts.push(text);
  }

  call(call: ToolCall): void {
    this.#isOpen = true;
    this.#names.set(call.id, call.name);
    this.#calls.push(call);
  }

  say(role: "user" | "system", content: string): void {
    this.#close();
    this.#messages.push({ role, content });
  }

  answer(id: string, content: string, path: string): void {
    this.#close();
    const toolName = this.#names.get(id);
    if (toolName === undefined) {
      throw new LabError(
        "invalid_request",
        `${path}.call_id is ${showValue(id)}, but no function_call before it has this call_id. Send the call, too: nothing is stored here.`,
        { param: `${path}.call_id` },
      );
    }
    this.#messages.push({ role: "tool", content, toolCallId: id, toolName });
  }

  end(): readonly Message[] {
    this.#close();
    return this.#messages;
  }

  /** Thoughts that nothing was said or called after are none of a turn. */
  #close(): void {
    if (this.#isOpen) {
      this.#messages.push({
        role: "assistant",
        content: this.#texts.join("\n\n"),
        ...(this.#thoughts.length > 0 && { reasoning: this.#thoughts.join("\n\n") }),
        ...(this.#calls.length > 0 && { toolCalls: this.#calls }),
      });
    }
    this.#isOpen = false;
    this.#thoughts = [];
    this.#texts = [];
    this.#calls = [];
  }
}
