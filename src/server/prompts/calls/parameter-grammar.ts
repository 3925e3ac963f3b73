/** Grammars of a call's arguments, in the form in which a model writes them. */
import type { Tool } from "../../engine/request.js";
import { writeSchema } from "../../grammar/compile-schema.js";
import { characterClass, join, literal, prefixRules, RuleBook } from "../../grammar/rule-book.js";
import { SchemaRefused } from "../../grammar/schema.js";
import type { CallForm, TaggedParameters } from "./call-form.js";
import { parameterKind } from "./parameter-kind.js";
import { gap, gapped } from "./written.js";

/** What a schema may say of arguments that are written one by one; of all others JSON is written. */
const plainKeywords: ReadonlySet<string> = new Set([
  ...["type", "properties", "required", "additionalProperties", "description", "title", "default", "examples"],
  ...["$defs", "definitions", "$schema", "$id", "$comment", "strict"],
]);

/** A key that stands between marks as it is. */
const plainKey = /^[^<>"\s:=(){}[\],]{1,64}$/;

/** Rules, each name with this prefix; `<prefix>given` is the one of the arguments. */
export function parameterRules(
  { parameters: form }: CallForm,
  { parameters, grammar }: Pick<Tool, "parameters" | "grammar">,
  prefix: string,
): string {
  const json = (): string => `${prefixRules(grammar, `${prefix}j-`)}\n${prefix}given ::= ${prefix}j-root`;
  if (form === "json") return json();
  const { properties = {}, required = [] } = parameters as ObjectSchema;
  const keys = Object.keys(properties);
  const isPlain =
    keys.every((key) => plainKey.test(key)) &&
    required.every((key) => keys.includes(key)) &&
    Object.keys(parameters).every((keyword) => plainKeywords.has(keyword)) &&
    (parameters.properties !== undefined || parameters.additionalProperties === false);
  if (!isPlain) return json();
  try {
    return taggedRules(form, properties, required, definitionsOf(parameters), prefix);
  } catch (error) {
    // a part that refers to the whole says nothing alone
    if (error instanceof SchemaRefused) return json();
    throw error;
  }
}

function taggedRules(
  form: TaggedParameters,
  properties: Readonly<Record<string, unknown>>,
  required: readonly string[],
  shared: object,
  prefix: string,
): string {
  const book = new RuleBook();
  const root = book.reserve("given");
  book.set(book.reserve(gap.name), gap.body);
  const items = Object.entries(properties).map(([key, schema]) => ({
    rule: book.rule(`p-${key}`, parameterBody(book, form, key, schema, shared)),
    isRequired: required.includes(key),
  }));
  book.set(root, sequence(book, items, gapped(form.separator)));
  return prefixRules(book.text(root), prefix);
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

function definitionsOf(parameters: Readonly<Record<string, unknown>>): object {
  const { $defs, definitions } = parameters;
  return { ...($defs !== undefined && { $defs }), ...(definitions !== undefined && { definitions }) };
}

/** Parts in their order, each of which may be left out unless it is required, with a separator between any two. */
function sequence(
  book: RuleBook,
  items: readonly { readonly rule: string; readonly isRequired: boolean }[],
  separator: string,
): string {
  let [first, later] = ['""', '""'];
  for (const { rule, isRequired } of [...items].reverse()) {
    const rest = book.rule("rest", later);
    const [asFirst, asLater] = [join(rule, rest), join(separator, rule, rest)];
    [first, later] = [
      isRequired ? asFirst : `${asFirst} | ${book.rule("first", first)}`,
      isRequired ? asLater : `${asLater} | ${rest}`,
    ];
  }
  return first;
}

function parameterBody(book: RuleBook, form: TaggedParameters, key: string, schema: unknown, shared: object): string {
  const kind = parameterKind(schema);
  const head = join(gapped(form.keyOpen), literal(key));
  if (kind === "json") {
    const whole = typeof schema === "object" && schema !== null ? { ...shared, ...schema } : schema;
    return join(head, gapped(form.jsonOpen), writeSchema(book, whole, key), gapped(form.jsonClose));
  }
  const { textOpen, textClose } = form;
  const text = kind === "text" ? textWithout(book, textClose.trim()) : wordsOf(schema);
  // blanks at a text's ends are either exactly those of the form or the text's own
  const [opened, closed] = [textOpen.trimEnd(), textClose.trimStart()];
  const [before, behind] = [textOpen.slice(opened.length), textClose.slice(0, textClose.length - closed.length)];
  return join(head, gapped(opened), literal(before), text, literal(behind), gapped(closed));
}

function wordsOf(schema: unknown): string {
  const { enum: words, const: only } = schema as { readonly enum?: readonly string[]; readonly const?: string };
  return `( ${(only === undefined ? (words ?? []) : [only]).map(literal).join(" | ")} )`;
}

/** Any text in which `mark` is not: a rule for each beginning of it that the text may end with. Source: Knuth, Morris, Pratt. */
function textWithout(book: RuleBook, mark: string): string {
  const letters = [...mark];
  const alphabet = [...new Set(letters)];
  const states = letters.map((_, matched) => book.reserve(`text-${matched}`));
  const others = characterClass(allBut(alphabet.map((letter) => letter.codePointAt(0) ?? 0)));
  for (const [matched, state] of states.entries()) {
    const ways = alphabet.flatMap((letter) => {
      const next = longestEnd([...letters.slice(0, matched), letter], letters);
      return next === letters.length ? [] : [`${literal(letter)} ${states[next]}`];
    });
    book.set(state, ['""', `${others} ${states[0]}`, ...ways].join(" | "));
  }
  return states[0] ?? '""';
}

/** Ranges of all characters but these. */
function allBut(codes: readonly number[]): [low: number, high: number][] {
  const sorted = [...codes].sort((one, other) => one - other);
  const ends = [...sorted.map((code) => code - 1), 0x10ffff];
  return ends
    .map((high, index): [number, number] => [index === 0 ? 1 : (sorted[index - 1] ?? 0) + 1, high])
    .filter(([low, high]) => low <= high);
}

/** How much of the mark the text ends with. */
function longestEnd(text: readonly string[], mark: readonly string[]): number {
  for (let length = Math.min(text.length, mark.length); length > 0; length -= 1) {
    if (mark.slice(0, length).join("") === text.slice(-length).join("")) return length;
  }
  return 0;
}
