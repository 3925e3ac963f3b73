/**
 * The grammar of calls in a model's own form (GBNF), so that what was begun as a call is one: of a tool that is there, with
 * arguments that obey its schema, closed by what closes it.
 */
import type { Tool } from "../../engine/request.js";
import { literal, prefixRules } from "../../grammar/rule-book.js";
import { type CallForm, endsOf } from "./call-form.js";
import { parameterRules } from "./parameter-grammar.js";
import { gap, gapped } from "./written.js";

export interface CallGrammarParts {
  readonly form: CallForm;
  /** At least one. */
  readonly tools: readonly Pick<Tool, "name" | "parameters" | "grammar">[];
  /** One call at most. */
  readonly isSingle: boolean;
  /** What may stand between a thought and calls; "" for nothing. */
  readonly bridge?: string;
}

/** Its first rule is `root`. */
export function callGrammar({ form, tools, isSingle, bridge = "" }: CallGrammarParts): string {
  const { open, close, separator } = form;
  // a template that begins each call on a line of its own shows no separator, but models write the line's end
  const between = separator === "" ? gap.name : gapped(separator);
  const calls = isSingle || form.isSingle ? "call" : `call ( ${between} call )*`;
  const front = bridge === "" ? "" : `( ${literal(bridge)} )? `;
  const rules = tools.map((tool, index) => toolRules(form, tool, `call-${index}`));
  return [
    `root ::= ${front}${gapped(open)} ${calls} ${gapped(close)}`,
    `call ::= ${tools.map((_, index) => `call-${index}`).join(" | ")}`,
    ...rules,
    `${gap.name} ::= ${gap.body}`,
    "",
  ].join("\n");
}

/**
 * A grammar that lets an answer be what `grammar` says, or calls. `calls` is what `callGrammar` gave. The names of its rules
 * are none of the other's.
 */
export function eitherGrammar(grammar: string, calls: string): string {
  let prefix = "c-";
  while (grammar.includes(prefix)) prefix += "x-";
  return `${prefixRules(calls, prefix)}\n${prefix}either ::= root | ${prefix}root\n${grammar}`;
}

function toolRules(
  form: CallForm,
  { name, parameters, grammar }: CallGrammarParts["tools"][number],
  rule: string,
): string {
  const heads = form.heads.map(([before, between]) => `${gapped(before)} ${literal(name)} ${gapped(between)}`);
  const ends = endsOf(form).map((end) => gapped(end));
  const given = parameterRules(form, { parameters, grammar }, `${rule}-`);
  return `${rule} ::= ( ${heads.join(" | ")} ) ${rule}-given ( ${ends.join(" | ")} )\n${given}`;
}
