import { expect } from "chai";
import { compileSchema } from "../../src/server/grammar/compile-schema.js";
import { SchemaRefused } from "../../src/server/grammar/schema.js";
import { Matcher } from "./gbnf.js";

/** What a schema lets be written, tried by texts. */
export function grammarOf(schema: unknown): GrammarCase {
  return new GrammarCase(compileSchema(schema).grammar);
}

export class GrammarCase {
  readonly grammar: string;
  readonly matcher: Matcher;

  constructor(grammar: string) {
    this.grammar = grammar;
    this.matcher = new Matcher(grammar);
  }

  accepts(...texts: readonly string[]): this {
    for (const text of texts) expect(this.matcher.accepts(text), `takes ${text.slice(0, 200)}`).to.equal(true);
    return this;
  }

  refuses(...texts: readonly string[]): this {
    for (const text of texts) expect(this.matcher.accepts(text), `takes ${text.slice(0, 200)}`).to.equal(false);
    return this;
  }
}

/** Why a schema is refused; fails when it is not. */
export function refusalOf(schema: unknown): SchemaRefused {
  try {
    compileSchema(schema);
  } catch (error) {
    if (error instanceof SchemaRefused) return error;
    throw error;
  }
  throw new Error(`compiled: ${JSON.stringify(schema).slice(0, 200)}`);
}
