/** Fields checked against a schema, the first problem as an error that names path, value and wish. */
import type { z } from "zod";
import { LabError } from "../errors.js";
import type { Fields } from "./read-fields.js";
import { showValue } from "./show-value.js";

/** The filled-in request. Refuses with `invalid_request`; `param` is the path as it was sent (`messages[2].content`). */
export function checkFields<Output>(schema: z.ZodType<Output>, fields: Fields): Output {
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
  return inner === undefined ? issue : { ...inner, path: [...issue.path, ...inner.path] };
}

function describe(value: unknown, issue: z.core.$ZodIssue): string {
  const sized = issue.code === "too_big" || issue.code === "too_small";
  if (typeof value === "string" && sized) return `${value.length} characters long`;
  return showValue(value);
}

function showPath(path: readonly PropertyKey[], sentAs: ReadonlyMap<string, string>): string {
  const [first = "", ...rest] = path;
  const start = sentAs.get(String(first)) ?? String(first);
  return rest.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : `${text}.${String(key)}`),
    start,
  );
}
