import { join, literal, type RuleBook } from "./rule-book.js";
import { type ObjectSchema, type Schema, SchemaRefused, type StringSchema } from "./schema.js";

/** Writes what is inside of objects. */
export interface ValueWriter {
  readonly book: RuleBook;
  /** One item of a grammar. `hint` goes into names of rules. */
  value(schema: Schema, hint: string): string;
  string(schema: StringSchema, hint: string): string;
  colon(): string;
  comma(): string;
  isPossible(schema: Schema): boolean;
  isName(names: StringSchema | undefined, name: string): boolean;
  /** Names that are none of `taken`. */
  otherNames(names: StringSchema | undefined, taken: readonly string[]): StringSchema;
}

/** A property that may be written, in its place. */
interface Pair {
  readonly text: string;
  readonly isRequired: boolean;
}

/** A rule for objects: properties in the order of the schema, the optional ones in any choice, then others. */
export function writeObject(writer: ValueWriter, schema: ObjectSchema, hint: string): string {
  const { book } = writer;
  const pairs: Pair[] = [...schema.properties]
    .filter(([name, value]) => writer.isPossible(value) && writer.isName(schema.names, name))
    .map(([name, value]) => ({
      text: `${literal(JSON.stringify(name))} ${writer.colon()} ${writer.value(value, name)}`,
      isRequired: schema.required.has(name),
    }));
  const rest = schema.restIs === "unsaid" ? undefined : restPair(writer, schema, hint);
  checkCounts(schema, pairs, rest !== undefined);
  const [open, close] = [literal("{"), literal("}")];
  if (rest !== undefined && pairs.length === 0) {
    const { minProperties, maxProperties } = schema;
    const next = book.rule("next", `${writer.comma()} ${rest}`);
    const all = join(rest, book.repeat(next, 0, maxProperties - 1));
    return book.rule(
      hint,
      maxProperties === 0 ? `${open} ${close}` : join(open, minProperties > 0 ? all : `(${all})?`, close),
    );
  }
  if (rest === undefined && pairs.every(({ isRequired }) => isRequired)) {
    return book.rule(hint, join(open, pairs.map(({ text }) => text).join(` ${writer.comma()} `), close));
  }
  const mayBeEmpty = schema.minProperties === 0 && !pairs.some(({ isRequired }) => isRequired);
  const choice = chain(writer, pairs, rest, hint);
  return book.rule(hint, join(open, mayBeEmpty ? `${choice}?` : choice, close));
}

/** From the last pair to the first: which pair may come next, and what may follow it. */
function chain(writer: ValueWriter, pairs: readonly Pair[], rest: string | undefined, hint: string): string {
  const { book } = writer;
  const comma = writer.comma();
  let keys = rest === undefined ? undefined : book.rule(`${hint}-rest`, `${rest} (${comma} ${rest})*`);
  let isNeeded = false;
  for (const { text, isRequired } of [...pairs].reverse()) {
    const more =
      keys === undefined ? "" : isNeeded ? `${comma} ${keys}` : book.rule(`${hint}-more`, `(${comma} ${keys})?`);
    const here = join(text, more);
    keys = book.rule(`${hint}-keys`, isRequired || keys === undefined ? here : `${here} | ${keys}`);
    isNeeded ||= isRequired;
  }
  return keys!;
}

/** Undefined where no other name, or no value, is right. */
function restPair(writer: ValueWriter, schema: ObjectSchema, hint: string): string | undefined {
  const names = writer.otherNames(schema.names, [...schema.properties.keys()]);
  if (!writer.isPossible(names) || !writer.isPossible(schema.rest)) return undefined;
  const name = writer.string(names, `${hint}-name`);
  return writer.book.rule(`${hint}-pair`, `${name} ${writer.colon()} ${writer.value(schema.rest, `${hint}-value`)}`);
}

/** Names may come twice, so what is written is counted by the listed ones only. */
function checkCounts(schema: ObjectSchema, pairs: readonly Pair[], isOpen: boolean): void {
  const { path, minProperties, maxProperties } = schema;
  const required = pairs.filter(({ isRequired }) => isRequired).length;
  if (minProperties > Math.max(isOpen || pairs.length > 0 ? 1 : 0, required)) {
    throw new SchemaRefused(
      path,
      "minProperties",
      `${minProperties} cannot be guaranteed; require so many by their names.`,
    );
  }
  if (maxProperties < pairs.length || (isOpen && pairs.length > 0 && maxProperties !== Infinity)) {
    throw new SchemaRefused(path, "maxProperties", `${maxProperties} cannot be guaranteed beside optional properties.`);
  }
}
