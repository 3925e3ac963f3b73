/**
 * What becomes of each documented parameter of an API: it is honoured, it has no effect and a warning says so, or it is
 * refused. Nothing is ignored in silence.
 *
 * The parsers of requests read these tables, the page of parameters is made of them, and a test sends every row.
 */
import { LabError } from "../../errors.js";
import type { Fields, Remark } from "../read-fields.js";

interface Words {
  /** What it does; why it has no effect; or why it is refused and what to do. Begins in lower case, ends without a full stop. */
  readonly what: string;
  /** A value that means something. */
  readonly example: unknown;
  /** What has to be sent beside it, so that it means something. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

export interface Honoured extends Words {
  readonly verdict: "honoured";
  /** The name of the field that it is here, where that is another. */
  readonly as?: string;
}

export interface Dismissed extends Words {
  readonly verdict: "warned" | "refused";
  /** Values that ask for what happens anyway. null always does. */
  readonly unless?: readonly unknown[];
}

export type Parameter = Honoured | Dismissed;
export type ParameterTable = Readonly<Record<string, Parameter>>;

type Beside = Pick<Words, "beside">;

export const honoured = (what: string, example: unknown, more: Beside & Pick<Honoured, "as"> = {}): Honoured => ({
  verdict: "honoured",
  what,
  example,
  ...more,
});

export const warned = (what: string, example: unknown, unless: readonly unknown[] = []): Dismissed => ({
  verdict: "warned",
  what,
  example,
  unless,
});

export const refused = (what: string, example: unknown, unless: readonly unknown[] = []): Dismissed => ({
  verdict: "refused",
  what,
  example,
  unless,
});

/** Other names of fields, as the tables have them. The first table that knows a name decides. */
export function aliasesOf(...tables: readonly ParameterTable[]): ReadonlyMap<string, string> {
  const rows = tables.toReversed().flatMap((table) => Object.entries(table));
  return new Map(
    rows.flatMap(([name, row]) => (row.verdict === "honoured" && row.as !== undefined ? [[name, row.as]] : [])),
  );
}

/**
 * Fields that no schema knows, judged by the tables of documented parameters: those in them become remarks.
 *
 * Refuses with `invalid_request` what would change the answer and is not to be had.
 */
export function judgeParameters(fields: Fields, tables: readonly ParameterTable[]): Fields {
  const remarks: Remark[] = [...fields.remarks];
  const unknown = fields.unknown.filter((name) => {
    const row = tables.map((table) => rowOf(table, name)).find((found) => found !== undefined);
    // what is honoured elsewhere is as unknown to this schema as any other name
    if (row === undefined || row.verdict === "honoured") return true;
    if (asksForNothing(row, fields.rest.get(name))) return false;
    if (row.verdict === "refused")
      throw new LabError("invalid_request", `${name} is refused here: ${row.what}.`, { param: name });
    remarks.push({ param: name, sentence: `${name} has no effect here: ${row.what}.` });
    return false;
  });
  return { ...fields, unknown, remarks };
}

const rowOf = (table: ParameterTable, name: string): Parameter | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

function asksForNothing({ unless = [] }: Dismissed, value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return unless.some((neutral) => isSame(neutral, value));
}

/** Equal as JSON, for flat values. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return one === other;
  const [ours, theirs] = [Object.entries(one), Object.entries(other)];
  return (
    Array.isArray(one) === Array.isArray(other) &&
    ours.length === theirs.length &&
    ours.every(([name, value], at) => theirs[at]?.[0] === name && theirs[at]?.[1] === value)
  );
}
