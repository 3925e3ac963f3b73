/** The body of a request as data: its schema, and how what was sent becomes the call that a handler gets. */
import type { z } from "zod";
import { LabError } from "../errors.js";
import { aliasesOf, judgeParameters, type ParameterTable } from "./parameters/parameter.js";
import { type Fields, readFields, refuseUnknown } from "./read-fields.js";
import { shorten, showValue } from "./show-value.js";

export interface Body<Call> {
  /** What it may contain; undefined where there is nothing to say. */
  readonly schema: z.ZodType | undefined;
  /** True when it may be left out. */
  readonly isOptional: boolean;
  /**
   * The checked call. Refuses with `invalid_request`; `param` is the path of the first wrong field, under the name it
   * was sent with (`messages[2].content`). `sent` is undefined when there was no body.
   */
  readonly read: (sent: unknown) => Call;
}

interface BodyParts<Filled, Call> {
  /** An object's; its keys are the names of the fields. */
  readonly schema: z.ZodType<Filled>;
  /** Other names of fields, beside the camel-case spellings that every field has. Default none. */
  readonly aliases?: ReadonlyMap<string, string>;
  readonly isOptional?: boolean;
  /** What becomes of unknown fields. "refuse": an error. "tell": `toCall` finds their names in `fields.unknown`. */
  readonly unknown: "refuse" | "tell";
  /** Documented parameters, which say what becomes of fields that the schema does not know. Default none. */
  readonly parameters?: readonly ParameterTable[];
  /** Changes the body before its fields are read. */
  readonly open?: (sent: unknown) => unknown;
  /** Changes fields before they are checked. */
  readonly prepare?: (fields: Fields) => Fields;
  readonly toCall: (filled: Filled, fields: Fields) => Call;
}

export function bodyOf<Filled, Call>(parts: BodyParts<Filled, Call>): Body<Call> {
  const { schema, isOptional = false, unknown, parameters = [], open = (sent) => sent, prepare, toCall } = parts;
  const names = fieldNames(schema);
  const allAliases = new Map([
    ...names.map((name) => [camelCase(name), name] as const),
    // a name of a field that this body has not is as unknown as any
    ...[...aliasesOf(...parameters)].filter(([, name]) => names.includes(name)),
    ...(parts.aliases ?? []),
  ]);
  return {
    schema,
    isOptional,
    read: (sent) => {
      const read = readFields(open(isOptional ? (sent ?? {}) : sent), names, allAliases);
      const fields = judgeParameters(prepare?.(read) ?? read, parameters);
      if (unknown === "refuse") refuseUnknown(fields, names);
      return toCall(checkFields(schema, fields), fields);
    },
  };
}

/** For requests without fields: no body, or an empty object. Anything else is refused, for it would be lost. */
export const noBody: Body<undefined> = {
  schema: undefined,
  isOptional: true,
  read: (sent) => {
    const [first] = readFields(sent ?? {}, [], new Map()).unknown;
    if (first !== undefined) {
      throw new LabError("invalid_request", "This request takes no fields. Leave the body out.", {
        param: shorten(first),
      });
    }
    return undefined;
  },
};

/** Names of the fields an object's schema has, in their order. */
export function fieldNames(schema: z.ZodType): readonly string[] {
  return Object.keys((schema as z.ZodObject).shape);
}

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

function checkFields<Output>(schema: z.ZodType<Output>, fields: Fields): Output {
  const checked = schema.safeParse(fields.values);
  if (checked.success) return checked.data;
  const issue = deepest(checked.error.issues[0] as z.core.$ZodIssue);
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], fields.values);
  const param = showPath(issue.path, fields.sentAs);
  const problem = value === undefined ? `${param} is missing.` : `${param} is ${describe(value, issue)}.`;
  throw new LabError("invalid_request", `${problem} It must be ${issue.message}.`, { param });
}

/** In a choice between forms, the problem inside the form that was chosen says more than "neither fits". */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().find((candidate) => candidate.path.length > 0);
  return inner === undefined ? issue : deepest({ ...inner, path: [...issue.path, ...inner.path] });
}

function describe(value: unknown, issue: z.core.$ZodIssue): string {
  const sized = issue.code === "too_big" || issue.code === "too_small";
  if (typeof value === "string" && sized) return `${value.length} characters long`;
  // a schema that knows better than the kind of the value says so
  if (issue.code === "custom" && typeof issue.params?.is === "string") return issue.params.is;
  return showValue(value);
}

function showPath(path: readonly PropertyKey[], sentAs: ReadonlyMap<string, string>): string {
  const [first = "", ...rest] = path;
  const start = sentAs.get(String(first)) ?? String(first);
  return rest.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${shorten(String(key))}`),
    start,
  );
}
