/** What a request for a pass may contain. */
import { z } from "zod";
import type { PassRequest, PassScope } from "../wire/passes.js";
import { durationField } from "./duration-field.js";
import { exactly } from "./exactly.js";
import { listField, orMade, orUnlimited, textField, wholeField } from "./fields.js";

export interface FilledPass {
  name: string;
  /** null: a day. */
  expires_in: number | string | null;
  scopes: PassScope[];
  max_requests: number | null;
  max_tokens: number | null;
  models: string[] | null;
}

const scopeField = z.enum(["infer", "manage", "owner"], { error: 'one of "infer", "manage", "owner"' });

export const passRequest: z.ZodType<FilledPass, PassRequest> = exactly<FilledPass, PassRequest>()(
  z
    .object({
      name: textField(1, 64).describe("Who it is for."),
      expires_in: orUnlimited(durationField('"never", seconds, or text such as "8h"'), "How long it is good for."),
      scopes: orMade(
        listField(scopeField, 3, 'of "infer", "manage", "owner"'),
        (): PassScope[] => ["infer"],
        "What it may do.",
      ),
      max_requests: orUnlimited(wholeField(1, 1_000_000_000), "Requests it may send in all."),
      max_tokens: orUnlimited(wholeField(1, 1_000_000_000_000), "Tokens it may use in all."),
      models: orUnlimited(listField(textField(1, 512), 64, "ids of models"), "Models it may use and see."),
    })
    .meta({ id: "PassRequest" }),
);

export const passFieldNames: readonly string[] = [
  "name",
  "expires_in",
  "scopes",
  "max_requests",
  "max_tokens",
  "models",
];
