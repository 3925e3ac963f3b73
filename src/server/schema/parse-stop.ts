/** Body of `POST /stop`, checked. */
import { checkFields } from "./check-fields.js";
import { readFields } from "./read-fields.js";
import { stopRequest } from "./stop-schema.js";

/** Seconds that running requests get to finish. No body is the default. Refuses with `invalid_request`. */
export function parseStop(body: unknown): number {
  return checkFields(stopRequest, readFields(body ?? {}, ["drain_seconds"])).drain_seconds;
}
