/** Body of `POST /models/load`, and the answers about models. */
import { z } from "zod";
import type { CurrentModel, LoadRequest, LoadResponse, ModelList, UnloadResponse } from "../wire/models.js";
import { amountField, countField } from "./answer.js";
import { type Body, bodyOf } from "./body.js";
import { exactly } from "./exactly.js";
import { orDefault, textField, wholeField } from "./field-schemas.js";
import { unknownWarning } from "./read-fields.js";

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

export interface LoadCall {
  readonly modelId: string;
  /** undefined: the server's setting. */
  readonly context: number | undefined;
  readonly slots: number | undefined;
  readonly warnings: readonly string[];
}

export const loadBody: Body<LoadCall> = bodyOf({
  schema: loadRequest,
  unknown: "tell",
  toCall: (filled, { unknown }) => {
    const warning = unknownWarning(unknown);
    return {
      modelId: filled.model_id,
      context: filled.context ?? undefined,
      slots: filled.slots ?? undefined,
      warnings: warning === undefined ? [] : [warning],
    };
  },
});

const modelState = z.enum(["available", "loading", "loaded", "restarting", "failed", "bad"]);

const modelEntry = z
  .object({
    id: z.string(),
    name: z.string().describe("The file's name, or what the sample model is."),
    description: z.string(),
    size_bytes: countField("Bytes on disk; null for a sample model that was not written yet.").nullable(),
    quantization: z.string().nullable().describe("As the file name says (Q4_K_M …); null if it does not."),
    state: modelState,
    is_loaded: z.boolean(),
    reason: z.string().nullable().describe("Why the model failed or is bad; null otherwise."),
  })
  .meta({ id: "ModelEntry" });

export const modelList: z.ZodType<ModelList> = exactly<ModelList, ModelList>()(
  z
    .object({
      models: z.array(modelEntry),
      current_model: z.string().nullable().describe("Id of the loaded model; null when none is."),
      models_dir: z.string().describe("Folder that is searched for .gguf files."),
    })
    .meta({ id: "ModelList" }),
);

const current = z
  .object({
    id: z.string(),
    model_id: z.string().describe("The same as id."),
    name: z.string(),
    description: z.string(),
    state: modelState,
    is_loaded: z.boolean(),
    loading_progress: z.number().min(0).max(1).describe("0 to 1; 1 once loaded."),
    context: countField("Tokens per slot, prompt and answer together; null until known.").nullable(),
    slots: countField("Requests that can run at once."),
    train_context: countField("What the model was trained for; null until known.").nullable(),
    parameters: countField("Number of parameters; null until known.").nullable(),
    quantization: z.string().nullable(),
    architecture: z.string().nullable(),
    size_bytes: countField("Bytes on disk; null until known.").nullable(),
    load_ms: amountField("Milliseconds the load took; null until loaded.").nullable(),
    memory_bytes: countField("Resident memory of the engine; null until known.").nullable(),
  })
  .meta({ id: "CurrentModel" });

export const currentModel: z.ZodType<CurrentModel> = exactly<CurrentModel, CurrentModel>()(current);

export const loadResponse: z.ZodType<LoadResponse> = exactly<LoadResponse, LoadResponse>()(
  z.object({ status: z.literal("success"), message: z.string(), model: current }).meta({ id: "LoadResponse" }),
);

export const unloadResponse: z.ZodType<UnloadResponse> = exactly<UnloadResponse, UnloadResponse>()(
  z
    .object({
      status: z.literal("Model unloaded successfully"),
      message: z.string(),
      model_id: z.string().nullable().describe("The model that was unloaded; null when none was loaded."),
      freed_bytes: countField("Memory the engine held."),
    })
    .meta({ id: "UnloadResponse" }),
);
