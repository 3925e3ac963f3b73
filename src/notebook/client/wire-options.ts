/** Options of a cell as fields of a request. Refuses what would become a default in silence: slips, null, lost numbers. */
import { refuseUnlessFinite } from "./json-body.js";
import { LabRequestError } from "./request-error.js";

/** Refuses names that are no option of `call`, so that a slip of the keyboard is told where types do not tell it. */
export function refuseUnknownOptions(call: string, known: readonly string[], options: object): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new LabRequestError("invalid_request", `${call} has no option "${unknown}". There are ${known.join(", ")}.`, {
    param: unknown,
  });
}

/**
 * Refuses null, NaN, the infinities and text of nothing but blanks, naming the option as a cell spells it.
 *
 * They come from a slip such as `Number("12 000")` or an unset variable, and the default in their place may be a budget
 * without a limit or a lab without a key. `undefined` is the way to say nothing.
 */
export function refuseLostValue(call: string, name: string, value: unknown): void {
  refuseUnlessFinite(name, value);
  if (value !== null && !(typeof value === "string" && value.trim() === "")) return;
  const what = value === null ? "null" : "empty";
  throw new LabRequestError("invalid_request", `${call}: ${name} is ${what}. Leave it out for its default.`, {
    param: name,
  });
}

/** The options that were given, under their names on the wire. `wireNames` has every option of `call`. */
export function wireOptions<Options extends object, Field extends string>(
  call: string,
  wireNames: Readonly<Record<keyof Options & string, Field>>,
  options: Options,
): Partial<Record<Field, unknown>> {
  refuseUnknownOptions(call, Object.keys(wireNames), options);
  const fields: Partial<Record<Field, unknown>> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    refuseLostValue(call, name, value);
    fields[wireNames[name as keyof Options & string]] = value;
  }
  return fields;
}
