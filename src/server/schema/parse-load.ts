/** Bodies of `POST /models/load` and `POST /models/unload`, checked. */
import { checkFields } from "./check-fields.js";
import { secondsOf } from "./duration-field.js";
import { loadFieldNames, loadRequest, unloadRequest } from "./load-schema.js";
import { readFields, unknownWarning } from "./read-fields.js";

export interface LoadCall {
  readonly modelId: string;
  /** undefined: the server's setting. */
  readonly context: number | undefined;
  readonly slots: number | undefined;
  readonly keepAliveSeconds: number | "never" | undefined;
  readonly warnings: readonly string[];
}

/** Seconds that a model may be kept without a request: 30 days. */
const longestKeepAlive = 2_592_000;

/** Refuses with `invalid_request` and the field that is wrong. */
export function parseLoad(body: unknown): LoadCall {
  const fields = readFields(body, loadFieldNames);
  const filled = checkFields(loadRequest, fields);
  const warning = unknownWarning(fields.unknown);
  return {
    modelId: filled.model_id,
    context: filled.context ?? undefined,
    slots: filled.slots ?? undefined,
    keepAliveSeconds: keepAlive(filled.keep_alive, fields.sentAs.get("keep_alive") ?? "keep_alive"),
    warnings: warning === undefined ? [] : [warning],
  };
}

function keepAlive(value: number | string | null, param: string): number | "never" | undefined {
  if (value === null) return undefined;
  return value === "never" ? "never" : secondsOf(value, param, 1, longestKeepAlive);
}

/** The model to unload; undefined for the current one. No body is the default. Refuses with `invalid_request`. */
export function parseUnload(body: unknown): string | undefined {
  return checkFields(unloadRequest, readFields(body ?? {}, ["model_id"])).model_id ?? undefined;
}
