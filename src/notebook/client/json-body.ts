/** Bodies of requests as JSON. Refuses the numbers that JSON turns into null, which a server takes for "not given". */
import { messageOf } from "../../server/async/message-of.js";
import { LabRequestError } from "./request-error.js";

/** Refuses NaN and the infinities with `invalid_request`, naming the option as a cell spells it. */
export function refuseUnlessFinite(name: string, value: unknown): void {
  if (typeof value !== "number" || Number.isFinite(value)) return;
  const sentence = `${name} is ${value}, which is no number that can be sent. Look at how it was computed, or leave it out.`;
  throw new LabRequestError("invalid_request", sentence, { param: name });
}

/** The bytes of a body. Fails with `invalid_request` where a value in it, however deep, does not survive JSON. */
export function jsonBody(body: unknown): Buffer {
  const paths = new WeakMap<object, string>();
  function check(this: object, key: string, value: unknown): unknown {
    const path = pathOf(paths.get(this) ?? "", key, Array.isArray(this));
    refuseUnlessFinite(path, value);
    if (typeof value === "object" && value !== null) paths.set(value, path);
    return value;
  }
  try {
    return Buffer.from(JSON.stringify(body, check));
  } catch (cause) {
    if (cause instanceof LabRequestError) throw cause;
    // a circle, a bigint, or a toJSON of its own that throws
    const sentence = `The request cannot be written as JSON: ${messageOf(cause).split("\n")[0]}. Give plain values.`;
    throw new LabRequestError("invalid_request", sentence, { cause });
  }
}

function pathOf(parent: string, key: string, isItem: boolean): string {
  if (isItem) return `${parent}[${key}]`;
  return parent === "" ? key : `${parent}.${key}`;
}
