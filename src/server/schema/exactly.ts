/**
 * Pins a schema to the interface it stands for.
 *
 * An extra, a missing or a mistyped key, on either side, is a compile error whose text says which side is wrong.
 */
import type { z } from "zod";

/** Interfaces spelled out, so that two ways to write the same shape compare equal. */
type Flat<T> = T extends (infer Item)[] ? Flat<Item>[] : T extends object ? { [Key in keyof T]: Flat<T[Key]> } : T;

type Same<A, B> = (<T>() => T extends Flat<A> ? 1 : 2) extends <T>() => T extends Flat<B> ? 1 : 2 ? true : false;

/** Returns a function that takes a schema with exactly these types of input and output, and nothing else. */
export function exactly<Output, Input>(): <Schema extends z.ZodType>(
  schema: Same<z.output<Schema>, Output> extends true
    ? Same<z.input<Schema>, Input> extends true
      ? Schema
      : "the schema accepts other keys than the interface has"
    : "the schema returns other keys than the interface has",
) => z.ZodType<Output, Input> {
  return (schema) => schema as unknown as z.ZodType<Output, Input>;
}
