/** Requests and replies between Jupyter's spelling and the kernel's own. */
import type { Answer, ExecuteRequest, ExecuteResult, ExpressionResult, Question } from "../channels/thread-messages.js";
import type { Message } from "./message.js";

export interface ReadExecuteRequest extends Omit<ExecuteRequest, "count"> {
  /** False: the number of cells does not grow. */
  readonly storesHistory: boolean;
}

/** An `execute_request`; what is left out has the protocol's defaults. */
export function readExecuteRequest({ header, content }: Message): ReadExecuteRequest {
  const isSilent = content.silent === true;
  return {
    cell: header.msg_id,
    code: textOf(content.code),
    isSilent,
    storesHistory: content.store_history !== false && !isSilent,
    allowsInput: content.allow_stdin !== false,
    expressions: Object.fromEntries(
      Object.entries(content.user_expressions ?? {}).map(([name, expression]) => [name, textOf(expression)]),
    ),
  };
}

/** `execute_reply` for a cell that was not run because one before it failed. */
export const aborted = { status: "aborted", payload: [], user_expressions: {} };

export function executeReply({ failure, expressions }: ExecuteResult, count: number): object {
  const shared = { execution_count: count, payload: [], user_expressions: {} };
  if (failure !== undefined) return { status: "error", ...failureFields(failure), ...shared };
  const results = Object.entries(expressions).map(([name, result]) => [name, expressionFields(result)]);
  return { status: "ok", ...shared, user_expressions: Object.fromEntries(results) };
}

const expressionFields = (result: ExpressionResult): object =>
  "data" in result ? { status: "ok", data: result.data, metadata: {} } : { status: "error", ...failureFields(result) };

const failureFields = ({ name, message, traceback }: Exclude<ExpressionResult, { data: unknown }>): object => ({
  ename: name,
  evalue: message,
  traceback,
});

/** What an editor or a console asks; undefined for every other request. */
export function questionOf({ header, content }: Message): Question | undefined {
  const code = textOf(content.code);
  if (header.msg_type === "is_complete_request") return { kind: "isComplete", code };
  const kind = questionKinds[header.msg_type];
  if (kind === undefined) return undefined;
  const cursor = content.cursor_pos;
  return { kind, code, position: typeof cursor === "number" ? unitsOf(code, cursor) : code.length };
}

const questionKinds: Readonly<Record<string, "complete" | "inspect">> = {
  __proto__: null as never,
  complete_request: "complete",
  inspect_request: "inspect",
};

/** The content of the reply. */
export function answerReply({ header, content }: Message, answer: Answer): object {
  const code = textOf(content.code);
  if (answer.kind === "isComplete") return { status: answer.status, indent: answer.indent };
  if (answer.kind === "complete") {
    const [start, end] = [answer.start, answer.end].map((units) => charactersOf(code, units));
    return { status: "ok", matches: answer.matches, cursor_start: start, cursor_end: end, metadata: {} };
  }
  if (answer.kind === "inspect") {
    const data = { "text/plain": answer.text, "text/markdown": answer.markdown };
    return { status: "ok", found: true, data, metadata: {} };
  }
  return noAnswers[header.msg_type] ?? { status: "ok" };
}

const noAnswers: Readonly<Record<string, object>> = {
  is_complete_request: { status: "unknown" },
  complete_request: { status: "ok", matches: [], cursor_start: 0, cursor_end: 0, metadata: {} },
  inspect_request: { status: "ok", found: false, data: {}, metadata: {} },
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

// Jupyter counts characters (code points) in a cell's text, JavaScript counts UTF-16 units.

/** Where the `characters`-th character begins, in UTF-16 units. Beyond the end: the end. */
function unitsOf(text: string, characters: number): number {
  let units = 0;
  let left = characters;
  for (const character of text) {
    if (left <= 0) break;
    left -= 1;
    units += character.length;
  }
  return units;
}

/** How many characters stand before this place. */
const charactersOf = (text: string, units: number): number => [...text.slice(0, units)].length;
