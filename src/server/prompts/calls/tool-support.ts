import type { Message, Tool } from "../../engine/request.js";
import type { Variables } from "../chat-template.js";
import { type CallShape, type TemplateMessage, templateMessage } from "../template-message.js";
import { type CallForm, hermesForm } from "./call-form.js";
import { findCalls } from "./find-calls.js";
import { probe } from "./rendered-call.js";

/** What a template can do with tools, and what has to be written for it. */
export interface ToolSupport {
  /** Makes the variables by which the template shows tools; null where it shows none. */
  readonly variables: ((tools: readonly object[]) => Variables) | null;
  /** False: calls have to stand in the text of a turn. */
  readonly showsCalls: boolean;
  /** Who says what came of a call, as the template knows it. */
  readonly resultRole: "tool" | "user";
  readonly shape: CallShape;
  readonly form: CallForm;
}

export interface SupportEvidence {
  readonly template: string;
  /** Texts of the tokens that end an answer. */
  readonly ends: readonly string[];
  /** Texts that begin or end a thought. */
  readonly thoughts: readonly string[];
  /** Renders with these variables beside the usual ones; null where that fails. */
  readonly render: (messages: readonly TemplateMessage[], variables: Variables) => string | null;
}

/** For conversations in a form that knows no tools. */
export const noSupport: ToolSupport = {
  variables: null,
  showsCalls: false,
  resultRole: "user",
  shape: { arguments: "object", idLetters: 24 },
  form: hermesForm,
};

/** A tool as Hugging Face hands it to templates. */
export const toolDefinition = ({ name, description, parameters }: Omit<Tool, "grammar">): object => ({
  type: "function",
  function: { name, ...(description !== undefined && { description }), parameters },
});

/** Names that templates have for tools. Hugging Face's first; Firefunction wants a text, SmolLM3 a list of them. */
const variableForms: readonly ((tools: readonly object[]) => Variables)[] = [
  (tools) => ({ tools }),
  (tools) => ({ tools, functions: JSON.stringify(tools, undefined, 4) }),
  (tools) => ({ tools, xml_tools: tools.map((tool) => JSON.stringify(tool)) }),
];

const probeTools = probe.names.map((name) =>
  toolDefinition({
    name,
    description: `Says ${name}.`,
    parameters: {
      type: "object",
      properties: { qx7_a: { type: "string", description: "A text." } },
      required: ["qx7_a"],
    },
  }),
);

const question: Message = { role: "user", content: probe.question };
const called: Message = {
  role: "assistant",
  content: "",
  toolCalls: [{ id: probe.ids[0], name: probe.names[0], arguments: probe.given }],
};
const result: Message = {
  role: "tool",
  content: "Qx7 result",
  toolCallId: probe.ids[0],
  toolName: probe.names[0],
};

/** Found out by trying, for one template. */
export function findToolSupport({ template, ends, thoughts, render }: SupportEvidence): ToolSupport {
  const shown = (form: (typeof variableForms)[number]): boolean =>
    render([templateMessage(question, { arguments: "object", idLetters: 24 })], form(probeTools))?.includes(
      probe.names[0],
    ) ?? false;
  const variables = variableForms.find(shown) ?? null;
  const given = variables?.(probeTools) ?? {};
  const write = (messages: readonly Message[], shape: CallShape): string | null =>
    render(
      messages.map((message) => templateMessage(message, shape)),
      given,
    );
  const shapes = (["object", "text"] as const).map((form): CallShape => ({ arguments: form, idLetters: 24 }));
  const shape = shapes.find((one) => showsCall(write([question, called], one)));
  const found = findCalls({
    template,
    ends,
    thoughts,
    render: (messages) => (shape === undefined ? null : write(messages, shape)),
  });
  const form = found ?? hermesForm;
  const showsCalls = shape !== undefined && found !== null;
  const own: CallShape = { arguments: shape?.arguments ?? "object", idLetters: form.idLetters };
  const turns = showsCalls
    ? [question, called, result]
    : [question, { role: "assistant", content: "x" } as const, result];
  const resultRole = write(turns, own)?.includes(result.content) ? "tool" : "user";
  // what a template says of a form that nobody can read here would only mislead the model
  return { variables: found === null ? null : variables, showsCalls, resultRole, shape: own, form };
}

/** Whether a call is in the text, with its name and arguments. */
const showsCall = (text: string | null): boolean => {
  const behind = text?.slice(text.indexOf(probe.question)) ?? "";
  return behind.includes(probe.names[0]) && behind.includes("Qx7 first") && !behind.includes('\\"qx7_a');
};
