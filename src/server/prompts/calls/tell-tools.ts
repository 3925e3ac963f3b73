/**
 * Tools for templates that know none, in words.
 *
 * All texts that come in are guarded already, and what is written around them is the house's own.
 */
import type { Message, ToolCall } from "../../engine/request.js";
import { type CallForm, idHole, numberHole } from "./call-form.js";
import type { ToolSupport } from "./tool-support.js";

/** The conversation with what the template cannot show of tools as text: tools in the instructions, calls and results in turns. */
export function tellTools(
  messages: readonly Message[],
  tools: readonly object[],
  { variables, showsCalls, resultRole, form }: ToolSupport,
): readonly Message[] {
  const told = messages.map((message) => {
    if (message.role === "tool" && resultRole === "user") return resultInWords(message);
    return showsCalls ? message : callsInWords(message, form);
  });
  if (variables !== null || tools.length === 0) return told;
  const [first, ...rest] = told;
  const text = instructions(tools, form);
  if (first?.role !== "system") return [{ role: "system", content: text }, ...told];
  return [{ ...first, content: first.content === "" ? text : `${first.content}\n\n${text}` }, ...rest];
}

function instructions(tools: readonly object[], form: CallForm): string {
  return [
    "You can call the tools that are listed here, one JSON object a line:",
    "<tools>",
    ...tools.map((tool) => JSON.stringify(tool)),
    "</tools>",
    "To call one, write exactly this and nothing else, with its name and its arguments as a JSON object:",
    writeCalls(form, [{ id: "", name: "NAME", arguments: "{}" }]),
    "What came of it follows in the next message.",
  ].join("\n");
}

function resultInWords({ content }: Message): Message {
  return { role: "user", content: `<tool_response>\n${content}\n</tool_response>` };
}

function callsInWords(message: Message, form: CallForm): Message {
  const { toolCalls, ...rest } = message;
  if (toolCalls === undefined || toolCalls.length === 0) return message;
  const calls = writeCalls(form, toolCalls);
  return { ...rest, content: rest.content === "" ? calls : `${rest.content}\n${calls}` };
}

/** Calls as a model of this form writes them. */
export function writeCalls(form: CallForm, calls: readonly ToolCall[]): string {
  const { open, close, heads, after, separator } = form;
  const [before, between] = heads[0];
  const written = calls.map(({ id, name, arguments: json }, index) => {
    const filled = (text: string): string =>
      text.replaceAll(idHole, () => id).replaceAll(numberHole, () => String(index));
    return filled(before) + name + filled(between) + writeArguments(form, json) + filled(after);
  });
  return open + written.join(separator) + close;
}

function writeArguments({ parameters }: CallForm, json: string): string {
  if (parameters === "json") return json;
  const { keyOpen, textOpen, jsonOpen, textClose, jsonClose, separator } = parameters;
  return Object.entries(JSON.parse(json) as object)
    .map(([key, value]) =>
      typeof value === "string"
        ? keyOpen + key + textOpen + value + textClose
        : keyOpen + key + jsonOpen + JSON.stringify(value) + jsonClose,
    )
    .join(separator);
}
