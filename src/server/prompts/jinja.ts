/**
 * The template engine, with types: those of the package cannot be read by the way modules are resolved here.
 *
 * The classes of its values are taken from values that it makes of literals, for the package keeps them to itself.
 */
import * as jinja from "@huggingface/jinja";

/** A value while a template runs. */
export interface Value {
  readonly type: string;
  readonly value: unknown;
  readonly builtins: ReadonlyMap<string, Value>;
  toString(): string;
}

/** A part of a template, of whatever type: the parts that its type has are there. */
export interface Node {
  readonly type: string;
  readonly operator: { readonly value: string };
  readonly left: Node;
  readonly right: Node;
  readonly callee: Node;
  readonly args: readonly Node[];
  readonly object: Node;
  readonly property: Node;
  readonly computed: boolean;
  readonly operand: Node;
  readonly filter: Node;
  readonly iterable: Node;
  readonly value: unknown;
}

/** Names and what they stand for. */
export interface Scope {
  /** Makes a value of what JavaScript has, under a new name. */
  set(name: string, value: unknown): Value;
  setVariable(name: string, value: Value): Value;
}

interface Runner {
  run(program: Node): Value;
  evaluate(node: Node, scope: Scope): Value;
}

export const Environment = jinja.Environment as unknown as new () => Scope;
export const Interpreter = jinja.Interpreter as unknown as new (scope: Scope) => Runner;

/** The template as a program. Throws where it is none. Blanks around blocks go as in Hugging Face's library. */
export function compile(source: string): Node {
  const parse = jinja.parse as unknown as (tokens: unknown) => Node;
  return parse(jinja.tokenize(withoutRaw(source), { lstrip_blocks: true, trim_blocks: true }));
}

/** Blocks that are to be left as they are, as texts: the package does not know them. */
const withoutRaw = (source: string): string =>
  source.replace(
    /\{%(-?)\s*raw\s*(-?)%\}([\s\S]*?)\{%(-?)\s*endraw\s*(-?)%\}/g,
    (_, before, first, text, last, behind) => {
      const started = first === "-" ? text.trimStart() : text;
      const inside = (last === "-" ? started.trimEnd() : started).replaceAll("\\", "\\\\").replaceAll("'", "\\'");
      return `{{${before} '${inside.replaceAll("\n", "\\n")}' ${behind}}}`;
    },
  );

type Made<Inner> = new (value: Inner) => Value;
const nowhere = new Environment();
const classOf = <Inner>(literal: object): Made<Inner> =>
  new Interpreter(nowhere).evaluate(literal as Node, nowhere).constructor as Made<Inner>;

export const TextValue = classOf<string>({ type: "StringLiteral", value: "" });
export const WholeValue = classOf<number>({ type: "IntegerLiteral", value: 0 });
export const NumberValue = classOf<number>({ type: "FloatLiteral", value: 0 });
export const ListValue = classOf<readonly Value[]>({ type: "ArrayLiteral", value: [] });
export const DictValue = classOf<ReadonlyMap<unknown, Value>>({ type: "ObjectLiteral", value: new Map() });

/** Python writes them with a large letter, and so do its templates. */
const FlagValue = classOf<boolean>({
  type: "UnaryExpression",
  operator: { value: "not" },
  argument: { type: "StringLiteral", value: "" },
});
Object.defineProperty(FlagValue.prototype, "toString", {
  value: function asText(this: Value): string {
    return this.value === true ? "True" : "False";
  },
});

/** As Python writes it in a text. */
export const inText = (value: Value): string =>
  value.type === "NullValue" ? "None" : value.type === "UndefinedValue" ? "" : value.toString();

for (const one of [ListValue, DictValue]) {
  Object.defineProperty(one.prototype, "toString", {
    value: function asText(this: Value): string {
      return inPython(this);
    },
  });
}

/** As Python writes it within lists and dictionaries. */
function inPython(value: Value): string {
  if (typeof value.value === "string") return quotedText(value.value);
  if (Array.isArray(value.value)) return `[${value.value.map(inPython).join(", ")}]`;
  if (!(value.value instanceof Map)) return inText(value);
  const entries = [...(value.value as ReadonlyMap<unknown, Value>)];
  return `{${entries.map(([key, item]) => `${quotedText(String(key))}: ${inPython(item)}`).join(", ")}}`;
}

/** In single quotes, unless that takes more escapes. Source: CPython `unicode_repr`. */
function quotedText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const names: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
  const inside = text.replace(/[\\\p{Cc}'"]/gu, (unit) => {
    if (unit === "\\" || unit === quote) return `\\${unit}`;
    if (unit === "'" || unit === '"') return unit;
    return names[unit] ?? `\\x${unit.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return quote + inside + quote;
}

/** A value of what JavaScript has. */
export const toValue = (given: unknown): Value => new Environment().set("given", given);

/** A function of the engine: it gets the values of its arguments. */
export function callable(work: (...given: readonly Value[]) => Value): Value {
  const wrapped = toValue(() => null) as { value: unknown };
  wrapped.value = (given: readonly Value[]) => work(...given);
  return wrapped as Value;
}
