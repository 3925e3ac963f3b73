/**
 * Building blocks of the request schemas.
 *
 * The message of every issue is what the field wants, so that one sentence can be made of path, value and wish.
 */
import { z } from "zod";
import { parseDuration } from "../settings/parsers.js";

export const numberField = (min: number, max: number): z.ZodNumber => {
  const error = `a number from ${min} to ${max}`;
  return z.number({ error }).min(min, { error }).max(max, { error });
};

export const wholeField = (min: number, max: number): z.ZodInt => {
  const error = `a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
};

export const textField = (min: number, max: number): z.ZodString => {
  const error = min === 0 ? `a text of at most ${max} characters` : `a text of ${min} to ${max} characters`;
  return z.string({ error }).min(min, { error }).max(max, { error });
};

export const flagField = (): z.ZodBoolean => z.boolean({ error: "true or false" });

export const choiceField = (choices: readonly string[]): z.ZodEnum => {
  const error = `one of ${choices.map((choice) => `"${choice}"`).join(", ")}`;
  return z.enum(choices, { error });
};

export const listField = <Item extends z.ZodType>(item: Item, max: number, things: string): z.ZodArray<Item> => {
  const error = `a list of 1 to ${max} ${things}`;
  return z.array(item, { error }).min(1, { error }).max(max, { error });
};

type Scalar = string | number | boolean | null;
type Values = Record<string, Scalar | Record<string, Scalar>>;

/** Values by name: texts, numbers, true, false, null, or objects of these; `reserved` names are refused. */
export const valuesField = (mostBytes: number, reserved: readonly string[]): z.ZodType<Values, Values> => {
  const error = `an object of texts, numbers, true, false, null or flat objects of these, up to ${mostBytes} bytes`;
  return z.record(z.string(), z.unknown(), { error }).superRefine((given, { addIssue }) => {
    const wrong = wrongValue(given, reserved);
    // its bytes are counted once it is known to be flat: what is nested deeper than the stack cannot be written
    const bytes = wrong === undefined ? Buffer.byteLength(JSON.stringify(given)) : 0;
    if (wrong !== undefined) addIssue({ code: "custom", ...wrong });
    else if (bytes > mostBytes) addIssue({ code: "custom", message: error, params: { is: `${bytes} bytes long` } });
  }) as unknown as z.ZodType<Values, Values>;
};

/** The first value that cannot be sent, and what it is to be. */
function wrongValue(given: object, reserved: readonly string[]): { path: string[]; message: string } | undefined {
  for (const [name, value] of Object.entries(given)) {
    if (reserved.includes(name)) return { path: [name], message: "left out: the conversation decides it" };
    if (isScalar(value)) continue;
    if (typeof value !== "object" || Array.isArray(value)) return { path: [name], message: `${scalars}, or an object` };
    const inner = Object.entries(value as object).find(([, one]) => !isScalar(one));
    if (inner !== undefined) return { path: [name, inner[0]], message: `${scalars}: objects here are flat` };
  }
  return undefined;
}

const scalars = "a text, a number, true, false or null";
const isScalar = (value: unknown): value is Scalar =>
  value === null || ["string", "boolean"].includes(typeof value) || Number.isFinite(value);

type DurationField = z.ZodUnion<readonly [z.ZodNumber, z.ZodString]>;

/** A duration: seconds as a number, or text such as "90s" or "8h". `secondsOf` reads it. */
export const durationField = (wish: string): DurationField =>
  z.union([z.number(), z.string().max(32)], { error: wish });

/** The seconds of a duration. Refuses with `invalid_request`, naming the field. */
export const secondsOf = (value: number | string, param: string, min: number, max: number): number =>
  parseDuration(min, max)(String(value), param);

/** A field that may be left out or null and is then something else. */
export type WithDefault<Schema extends z.ZodType, Default> = z.ZodPipe<
  z.ZodOptional<z.ZodNullable<Schema>>,
  z.ZodTransform<z.output<Schema> | Default, z.output<Schema> | null | undefined>
>;

/** The field may be left out or null; it is `value` then. */
export function orDefault<Schema extends z.ZodType, Default extends z.output<Schema> | null>(
  schema: Schema,
  value: Default,
  description: string,
): WithDefault<Schema, Default> {
  return schema
    .nullish()
    .meta({ description, default: value })
    .transform((given) => given ?? value);
}

/** The field may be left out or null; it is what `make` returns then. */
export function orMade<Schema extends z.ZodType>(
  schema: Schema,
  make: () => z.output<Schema>,
  description: string,
): WithDefault<Schema, z.output<Schema>> {
  return schema
    .nullish()
    .meta({ description })
    .transform((given) => given ?? make());
}

/** A field that may be left out but not null, and is null then: no limit. */
type OrUnlimited<Schema extends z.ZodType> = z.ZodPipe<
  z.ZodOptional<Schema>,
  z.ZodTransform<z.output<Schema> | null, z.output<Schema> | undefined>
>;

/** The field may be left out: there is no limit then. Null is no way to say so, since JSON writes null for NaN. */
export function orUnlimited<Schema extends z.ZodType>(schema: Schema, description: string): OrUnlimited<Schema> {
  return schema
    .optional()
    .meta({ description })
    .transform((given) => given ?? null);
}
