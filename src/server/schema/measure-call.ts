/** What the bodies of texts that are measured have in common. */
import { z } from "zod";
import { generationFields } from "../engine/fields.js";
import { measureRequest } from "../engine/measure-request.js";
import type { Measure } from "../engine/request.js";
import { LabError } from "../errors.js";
import { flagField, numberField, orDefault, textField, type WithDefault } from "./field-schemas.js";
import type { ChoicesCall } from "./generation-call.js";
import type { Fields } from "./read-fields.js";
import { fieldWarnings } from "./to-generation.js";

/** Texts in one request. Source: OpenAI's API document, embeddings, `input`. */
export const mostTexts = 2048;
/** UTF-16 units of one text: more does not fit into a body. */
export const mostCharacters = 1_048_576;
/** Seconds that OpenAI's SDKs wait. */
const usualSeconds = 600;

export interface FilledMeasure {
  model_id: string | null;
  truncate: boolean;
  max_time: number;
  strict: boolean;
}

interface MeasureFields {
  readonly model_id: WithDefault<z.ZodString, null>;
  readonly truncate: WithDefault<z.ZodBoolean, false>;
  readonly max_time: WithDefault<z.ZodNumber, number>;
  readonly strict: WithDefault<z.ZodBoolean, false>;
}

const { modelId, maxTimeMs } = generationFields;

/** `kind` is the kind of model that the route asks. */
export const measureFields = (kind: string): MeasureFields => ({
  model_id: orDefault(textField(modelId.least, modelId.most), null, `Id of ${kind}; the one in memory when left out.`),
  truncate: orDefault(flagField(), false, "Reads the beginning of a text that is too long, and says so."),
  max_time: orDefault(
    numberField(maxTimeMs.least, maxTimeMs.most),
    usualSeconds,
    "Seconds the request may take, waiting included.",
  ),
  strict: orDefault(flagField(), false, "Refuses with status 400 whatever would be ignored with a warning."),
});

/** A text and what is wanted of it. */
export type Measured = readonly [text: string, measure: Measure];

/** The call that measures these texts. Refuses with `strict` whatever would be a warning. */
export function measureCall(filled: FilledMeasure, fields: Fields, texts: readonly Measured[]): ChoicesCall {
  return {
    modelId: filled.model_id ?? undefined,
    strict: filled.strict,
    lengthGiven: false,
    warnings: fieldWarnings(filled, fields),
    requests: texts.map(([text, measure]) => measureRequest(text, measure, filled.max_time * 1000)),
    n: 1,
    stream: false,
    streamUsage: "never",
  };
}

/** Refuses a text of nothing but blanks, by its place. */
export function refuseEmpty(text: string, param: string): void {
  if (text.trim() !== "") return;
  throw new LabError("invalid_request", `${param} is empty. Every text needs at least one letter.`, { param });
}

export const usageAnswer: z.ZodObject<{ prompt_tokens: z.ZodInt; total_tokens: z.ZodInt }> = z.object({
  prompt_tokens: z.int().nonnegative().describe("Tokens of all texts, with what begins and ends each."),
  total_tokens: z.int().nonnegative().describe("The same: nothing is written."),
});

export const warningsAnswer: z.ZodOptional<z.ZodArray<z.ZodString>> = z
  .array(z.string())
  .optional()
  .describe("One sentence for everything that was cut or ignored; left out where nothing was.");
