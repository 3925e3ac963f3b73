import { LabError } from "../errors.js";
import type { Fields } from "./read-fields.js";
import { shorten } from "./show-value.js";

/** Refuses fields that nobody knows, where a slip of the keyboard would open a door: nothing is ignored there. */
export function refuseUnknown({ unknown }: Fields, known: readonly string[]): void {
  const [first] = unknown;
  if (first === undefined) return;
  throw new LabError("invalid_request", `There is no field "${shorten(first)}". There are ${known.join(", ")}.`, {
    param: shorten(first),
  });
}
