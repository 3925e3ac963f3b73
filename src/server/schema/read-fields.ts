/**
 * The fields of a body under their own names: aliases resolved, unknown ones set aside.
 *
 * Only known names are copied, so `__proto__` and its like are unknown fields and nothing more.
 */
import { LabError } from "../errors.js";
import { shorten, showValue } from "./show-value.js";

/** Other names that clients of LocalLab and of OpenAI send. */
const aliases: Readonly<Record<string, string>> = {
  max_tokens: "max_length",
  maxLength: "max_length",
  topP: "top_p",
  topK: "top_k",
  repetitionPenalty: "repetition_penalty",
  modelId: "model_id",
  systemPrompt: "system_prompt",
  maxTime: "max_time",
  keepAlive: "keep_alive",
};

/** More unknown fields than this are counted, not named. */
const namedFields = 10;

export interface Fields {
  readonly values: Readonly<Record<string, unknown>>;
  /** The name a field was sent under, where that was an alias. */
  readonly sentAs: ReadonlyMap<string, string>;
  /** Names nobody knows, in the order sent. */
  readonly unknown: readonly string[];
}

/** Refuses a body that is not an object, and a field that came under two names with different values. */
export function readFields(body: unknown, known: readonly string[]): Fields {
  const values: Record<string, unknown> = {};
  const sentAs = new Map<string, string>();
  const unknown: string[] = [];
  for (const [sent, value] of Object.entries(objectOf(body))) {
    const name = known.includes(sent) ? sent : aliasOf(sent, known);
    if (name === undefined) unknown.push(sent);
    if (name === undefined || value === null) continue;
    if (Object.hasOwn(values, name) && values[name] !== value) {
      throw twoValues(sentAs.get(name) ?? name, values[name], sent, value);
    }
    values[name] = value;
    if (sent !== name) sentAs.set(name, sent);
  }
  return { values, sentAs, unknown };
}

/** The warning that names unknown fields; undefined when there are none. */
export function unknownWarning(unknown: readonly string[]): string | undefined {
  if (unknown.length === 0) return undefined;
  const names = unknown.slice(0, namedFields).map((name) => `"${shorten(name)}"`);
  const more = unknown.length - names.length;
  return `Unknown fields are ignored: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

function objectOf(body: unknown): object {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  throw new LabError("invalid_request", `The body is ${showValue(body)}. It must be a JSON object.`);
}

function twoValues(first: string, firstValue: unknown, second: string, secondValue: unknown): LabError {
  const both = `${first} is ${showValue(firstValue)} and ${second} is ${showValue(secondValue)}`;
  return new LabError("invalid_request", `${both}, but they are one field. Send one of them.`, { param: second });
}

function aliasOf(sent: string, known: readonly string[]): string | undefined {
  const name = Object.hasOwn(aliases, sent) ? aliases[sent] : undefined;
  return name !== undefined && known.includes(name) ? name : undefined;
}
