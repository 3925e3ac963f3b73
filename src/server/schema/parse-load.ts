/** Body of `POST /models/load`, checked. */
import { checkFields } from "./check-fields.js";
import { loadFieldNames, loadRequest } from "./load-schema.js";
import { readFields, unknownWarning } from "./read-fields.js";

export interface LoadCall {
  readonly modelId: string;
  /** undefined: the server's setting. */
  readonly context: number | undefined;
  readonly slots: number | undefined;
  readonly warnings: readonly string[];
}

/** Refuses with `invalid_request` and the field that is wrong. */
export function parseLoad(body: unknown): LoadCall {
  const fields = readFields(body, loadFieldNames);
  const filled = checkFields(loadRequest, fields);
  const warning = unknownWarning(fields.unknown);
  return {
    modelId: filled.model_id,
    context: filled.context ?? undefined,
    slots: filled.slots ?? undefined,
    warnings: warning === undefined ? [] : [warning],
  };
}
