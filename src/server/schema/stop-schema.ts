/** What a request to stop the server may contain. */
import { z } from "zod";
import type { StopRequest } from "../wire/lab.js";
import { exactly } from "./exactly.js";
import { numberField, orDefault } from "./fields.js";

export interface FilledStop {
  drain_seconds: number;
}

export const stopRequest: z.ZodType<FilledStop, StopRequest> = exactly<FilledStop, StopRequest>()(
  z
    .object({ drain_seconds: orDefault(numberField(0, 3600), 10, "Seconds that running requests get to finish.") })
    .meta({ id: "StopRequest" }),
);
