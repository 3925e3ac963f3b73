import { LanguageTooLarge } from "./languages.js";
import { readSchema } from "./read-schema.js";
import { GrammarTooLarge, RuleBook } from "./rule-book.js";
import { SchemaRefused } from "./schema.js";
import { GrammarWriter } from "./write-grammar.js";

/**
 * A grammar (GBNF, first rule `root`) whose every text is JSON that is right by `schema`.
 *
 * Throws `SchemaRefused` by keyword and place for what cannot be guaranteed, or would be larger than
 * `largestGrammarBytes`. Optional properties come in the order of the schema.
 */
export function compileSchema(schema: unknown): { readonly grammar: string } {
  const book = new RuleBook();
  const root = book.reserve("root");
  book.set(root, writeSchema(book, schema, "value"));
  return { grammar: book.text(root) };
}

/** Writes the rules of `schema` into a larger grammar; returns the name of the one that writes a value. */
export function writeSchema(book: RuleBook, schema: unknown, hint: string): string {
  try {
    const read = readSchema(schema);
    return new GrammarWriter(book, read).value(read.root, hint);
  } catch (error) {
    if (!(error instanceof GrammarTooLarge || error instanceof LanguageTooLarge)) throw error;
    throw new SchemaRefused("", "", `it comes to ${error.message}. Make it smaller.`);
  }
}

/** The grammar of any JSON object, twelve lists and objects deep at most. */
export const anyObjectGrammar = (): string => compileSchema({ type: "object" }).grammar;
