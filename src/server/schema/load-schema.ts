/** What a request to load or unload a model may contain. */
import { z } from "zod";
import type { LoadRequest, UnloadRequest } from "../wire/models.js";
import { durationField } from "./duration-field.js";
import { exactly } from "./exactly.js";
import { orDefault, textField, wholeField } from "./fields.js";

export interface FilledLoad {
  model_id: string;
  context: number | null;
  slots: number | null;
  keep_alive: number | string | null;
}

export const keepAliveWish = 'seconds, text such as "10m", or "never"';

export const loadRequest: z.ZodType<FilledLoad, LoadRequest> = exactly<FilledLoad, LoadRequest>()(
  z
    .object({
      model_id: textField(1, 512).describe("An id of GET /models/available."),
      context: orDefault(wholeField(64, 1_048_576), null, "Tokens per slot."),
      slots: orDefault(wholeField(1, 64), null, "Requests that can run at once."),
      keep_alive: orDefault(durationField(keepAliveWish), null, "Time without a request after which it leaves memory."),
    })
    .meta({ id: "LoadRequest" }),
);

export const loadFieldNames: readonly string[] = ["model_id", "context", "slots", "keep_alive"];

export interface FilledUnload {
  model_id: string | null;
}

export const unloadRequest: z.ZodType<FilledUnload, UnloadRequest> = exactly<FilledUnload, UnloadRequest>()(
  z
    .object({ model_id: orDefault(textField(1, 512), null, "Which model leaves memory; the current one by default.") })
    .meta({ id: "UnloadRequest" }),
);
