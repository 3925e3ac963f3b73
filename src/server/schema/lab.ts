/** Body of `POST /stop`, and the answers about the life of a server. */
import { z } from "zod";
import type { AttachEvent, StopRequest, StopResponse } from "../wire/lab.js";
import { amountField, countField } from "./answer.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { numberField, orDefault } from "./field-schemas.js";

export interface FilledStop {
  drain_seconds: number;
}

export const stopRequest: z.ZodType<FilledStop, StopRequest> = exactly<FilledStop, StopRequest>()(
  z
    .object({ drain_seconds: orDefault(numberField(0, 3600), 10, "Seconds that running requests get to finish.") })
    .meta({ id: "StopRequest" }),
);

/** Seconds that running requests get to finish. No body is the default. */
export const stopBody: Body<number> = bodyOf({
  schema: stopRequest,
  isOptional: true,
  // "drain" for "drain_seconds" would wait ten seconds without a word
  unknown: "refuse",
  toCall: ({ drain_seconds }) => drain_seconds,
});

export const stopResponse: z.ZodType<StopResponse> = exactly<StopResponse, StopResponse>()(
  z
    .object({
      status: z.literal("stopped"),
      pid: countField("The server's process, which ends right after this answer."),
      url: z.string().describe("Where it listened."),
      model_id: z.string().nullable().describe("The model that was unloaded; null when none was loaded."),
      public_url: z.string().nullable().describe("The public address that was closed; null when there was none."),
      freed_bytes: countField("Memory the engine held."),
      cancelled_requests: countField("Requests that did not finish in time."),
      uptime_seconds: amountField("Seconds since the start."),
    })
    .meta({ id: "StopResponse" }),
);

export const attachEvent: z.ZodType<AttachEvent> = exactly<AttachEvent, AttachEvent>()(
  z
    .object({
      pid: countField("The server's process."),
      version: z.string(),
      holders: countField("Notebooks that hold the server, this one included."),
    })
    .meta({ id: "AttachEvent" }),
);
