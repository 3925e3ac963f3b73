/**
 * How a model writes that it calls tools, as data.
 *
 * An answer with calls is `open`, calls with `separator` between them, `close`; a call is a head with the tool's name in
 * it, arguments, `after`. Blanks in these texts may be others, or none, in what a model writes.
 */
export interface CallForm {
  /** Begins the calls, and ends them; "" for nothing. */
  readonly open: string;
  readonly close: string;
  /** The first is how calls are written; all are read. */
  readonly heads: readonly [CallHead, ...CallHead[]];
  readonly after: string;
  readonly separator: string;
  /** JSON of an object, or parameters between marks. */
  readonly parameters: "json" | TaggedParameters;
  /** True where an answer has one call at most. */
  readonly isSingle: boolean;
  /** Letters of the ids that the model's template wants: 9, or the 24 of OpenAI's. */
  readonly idLetters: 9 | 24;
}

/** Around a tool's name: what stands in front of it, and what follows up to the arguments. */
export type CallHead = readonly [before: string, between: string];

/** Parameters one by one, each a key and a value, instead of JSON. */
export interface TaggedParameters {
  readonly keyOpen: string;
  /** Between a key and its value: for texts, which stand there as they are, and for all others, in JSON. */
  readonly textOpen: string;
  readonly jsonOpen: string;
  readonly textClose: string;
  readonly jsonClose: string;
  readonly separator: string;
  /** True where objects and lists in values are no JSON either: keys are bare, texts have the marks of texts. */
  readonly isDict: boolean;
}

/** Stand in the texts of a form for what differs between calls: a call's id, and its number. */
export const idHole = "\uE5AA";
export const numberHole = "\uE5AB";

/** Letters of a tool's name. Source: OpenAI's API reference, "function.name"; the point is MCP's. */
export const nameLetters = "[A-Za-z0-9_.-]";

/** The JSON form with this head; what else differs is given. */
export function jsonForm(heads: CallForm["heads"], over: Partial<CallForm> = {}): CallForm {
  return {
    open: "",
    close: "",
    heads,
    after: "",
    separator: "",
    parameters: "json",
    isSingle: false,
    idLetters: 24,
    ...over,
  };
}

/** Nous Research's form, which most models have seen: also what models are told whose template knows no tools. */
export const hermesForm: CallForm = jsonForm([['<tool_call>\n{"name": "', '", "arguments": ']], {
  after: "}\n</tool_call>",
  separator: "\n",
});

/** Every text of a form that may have a control token in it. */
export function textsOf({ open, close, heads, after, separator, parameters }: CallForm): readonly string[] {
  const tags = parameters === "json" ? [] : Object.values(parameters).filter((text) => typeof text === "string");
  return [open, close, ...heads.flat(), after, separator, ...tags].filter((text) => text.trim() !== "");
}

/** What tells that calls with this head begin: the first mark, or where there is none all that stands in front of a name. */
export function leadOf({ open }: CallForm, [before]: CallHead): string {
  const front = (open + before).trimStart();
  return /^(?:<[^<>\s]+>|\[[A-Z_]+\])/.exec(front)?.[0] ?? front;
}

/** How a call may end: a form with an id in its end takes one without, too. */
export function endsOf({ after }: CallForm): readonly string[] {
  const bare = after.replace(new RegExp(`,?\\s*"\\w+":\\s*"${idHole}"`), "");
  return bare === after ? [after] : [after, bare];
}
