/** What a request to load a model may contain. */
import { z } from "zod";
import type { LoadRequest } from "../wire/models.js";
import { exactly } from "./exactly.js";
import { orDefault, textField, wholeField } from "./fields.js";

export interface FilledLoad {
  model_id: string;
  context: number | null;
  slots: number | null;
}

export const loadRequest: z.ZodType<FilledLoad, LoadRequest> = exactly<FilledLoad, LoadRequest>()(
  z
    .object({
      model_id: textField(1, 512).describe("An id of GET /models/available."),
      context: orDefault(wholeField(64, 1_048_576), null, "Tokens per slot."),
      slots: orDefault(wholeField(1, 64), null, "Requests that can run at once."),
    })
    .meta({ id: "LoadRequest" }),
);

export const loadFieldNames: readonly string[] = ["model_id", "context", "slots"];
