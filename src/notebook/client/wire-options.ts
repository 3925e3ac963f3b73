/** Options of a cell as fields of a request. Refuses what would become a default in silence: slips, null, lost numbers. */
import { didYouMean } from "../../server/text/read-arguments.js";
import { LabRequestError } from "./request-error.js";

/** How one option is sent. */
export interface WireOption {
  /** Its name on the wire. */
  readonly field: string;
  /** What it may be, as the end of "It must be …". */
  readonly wants: string;
}

/** Refuses names that are no option of `call`: a slip of the keyboard that types did not find. */
export function refuseUnknownOptions(call: string, known: readonly string[], options: object): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new LabRequestError(
    "invalid_request",
    `${call} has no option "${unknown}".${didYouMean(unknown, known)} There are ${known.join(", ")}.`,
    {
      param: unknown,
    },
  );
}

/**
 * Refuses null, NaN, the infinities and text of nothing but blanks, naming the option as a cell spells it.
 *
 * They come from a slip such as `Number("12 000")` or an unset variable, and the default in their place may be a budget
 * without a limit or a lab without a key. `undefined` is the way to say nothing.
 */
export function refuseLostValue(call: string, name: string, value: unknown, wants?: string): void {
  const isLostNumber = typeof value === "number" && !Number.isFinite(value);
  const isEmpty = typeof value === "string" && value.trim() === "";
  if (value !== null && !isLostNumber && !isEmpty) return;
  const advice = wants === undefined ? "Leave it out for its default" : `It must be ${wants}`;
  throw new LabRequestError("invalid_request", `${call}: ${name} is ${isEmpty ? "empty" : value}. ${advice}.`, {
    param: name,
  });
}

/** The options that were given, under their names on the wire. `known` has every option of `call`. */
export function wireOptions<Options extends object>(
  call: string,
  known: Readonly<Record<keyof Options & string, WireOption>>,
  options: Options,
): Record<string, unknown> {
  refuseUnknownOptions(call, Object.keys(known), options);
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const { field, wants } = known[name as keyof Options & string];
    refuseLostValue(call, name, value, wants);
    fields[field] = value;
  }
  return fields;
}

/** The outcome of `request`; a refusal of the server's names the option as the cell spells it. */
export async function inWordsOf<Answer>(
  known: Readonly<Record<string, WireOption>>,
  request: Promise<Answer>,
): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof LabRequestError)) throw error;
    const { param, code, message, status, requestId, retryAfterSeconds } = error;
    const [name, option] = Object.entries(known).find(([, { field }]) => fieldOf(param) === field) ?? [];
    if (name === undefined || option === undefined || name === option.field) throw error;
    const sentence = message.replaceAll(option.field, name);
    throw new LabRequestError(code, sentence, { param: name, status, requestId, retryAfterSeconds, cause: error });
  }
}

/** "models" of "models[2]". */
const fieldOf = (param: string | null): string | undefined => param?.split(/[.[]/)[0];
