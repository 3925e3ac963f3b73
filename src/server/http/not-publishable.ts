import { LabError } from "../errors.js";

/** Refuses where there is nothing to publish with. */
export function notPublishable(): never {
  throw new LabError("not_found", "This server cannot be published from here.");
}
