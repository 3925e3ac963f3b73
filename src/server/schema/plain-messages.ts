/** What clients write into messages, made plain: parts of text are joined, other roles are called by their usual names. */
import { LabError } from "../errors.js";
import { showValue } from "./show-value.js";

/** What other APIs call the roles that templates know. */
const roles: Readonly<Record<string, string>> = { developer: "system", function: "tool" };

/**
 * Messages with one text each, and roles that templates know; what is no message is left to the schema.
 *
 * Refuses with `invalid_request` a part that is no text, naming it (`messages[0].content[1]`).
 */
export function plainMessages(messages: unknown): unknown {
  if (!Array.isArray(messages)) return messages;
  return messages.map((message: unknown, index) => {
    if (!isObject(message)) return message;
    const { role, content } = message;
    return {
      ...message,
      ...(typeof role === "string" && Object.hasOwn(roles, role) && { role: roles[role] }),
      // beside its calls an assistant need not have said anything
      ...((content ?? null) === null && role === "assistant" && { content: "" }),
      ...(Array.isArray(content) && { content: joinedText(content, `messages[${index}].content`) }),
    };
  });
}

/** Kinds of parts that carry text, in one API or another. */
const textKinds: readonly unknown[] = ["text", "input_text", "output_text"];

/** The texts of parts, one after the other. Refuses what is no text; `path` names the list. */
export function joinedText(parts: readonly unknown[], path: string): string {
  return parts.map((part, index) => textOf(part, `${path}[${index}]`)).join("");
}

function textOf(part: unknown, path: string): string {
  if (!isObject(part))
    throw refusal(path, `is ${showValue(part)}`, `It must be a part such as {"type": "text", "text": "…"}.`);
  const { type = "text", text } = part;
  if (type === "refusal" && typeof part.refusal === "string") return part.refusal;
  if (!textKinds.includes(type)) {
    throw refusal(path, `is of type ${showValue(type)}`, 'This server reads text only: send parts of type "text".');
  }
  if (typeof text !== "string") throw refusal(`${path}.text`, `is ${showValue(text)}`, "It must be a text.");
  return text;
}

const refusal = (param: string, what: string, advice: string): LabError =>
  new LabError("invalid_request", `${param} ${what}. ${advice}`, { param });

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
