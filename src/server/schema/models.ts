/** Bodies of `POST /models/load` and `POST /models/unload`, and the answers about models. */
import { z } from "zod";
import type {
  CurrentModel,
  LoadRequest,
  LoadResponse,
  ModelList,
  ResidentModel,
  UnloadRequest,
  UnloadResponse,
} from "../wire/models.js";
import { amountField, countField, momentField } from "./answer.js";
import { type Body, bodyOf } from "./body.js";
import { vectorFacts } from "./embeddings.js";
import { exactly } from "./exactly.js";
import { durationField, orDefault, secondsOf, textField, wholeField } from "./field-schemas.js";
import { unknownWarning } from "./read-fields.js";

export interface FilledLoad {
  model_id: string;
  context: number | null;
  slots: number | null;
  chat_template: string | null;
  keep_alive: number | string | null;
}

export const keepAliveWish = 'seconds, text such as "10m", or "never"';

export const loadRequest: z.ZodType<FilledLoad, LoadRequest> = exactly<FilledLoad, LoadRequest>()(
  z
    .object({
      model_id: textField(1, 512).describe(
        "An id of GET /models/available, or what fits only one of them: with .gguf, its last part, in any case. For the owner's key also the path of a file.",
      ),
      context: orDefault(wholeField(64, 1_048_576), null, "Tokens per slot."),
      slots: orDefault(wholeField(1, 64), null, "Requests that can run at once."),
      chat_template: orDefault(
        textField(1, 65_536),
        null,
        "A Jinja chat template in the place of the file's own; for the owner's key only.",
      ),
      keep_alive: orDefault(durationField(keepAliveWish), null, "Time without a request after which it leaves memory."),
    })
    .meta({ id: "LoadRequest" }),
);

export interface LoadCall {
  readonly modelId: string;
  /** undefined: the server's setting. */
  readonly context: number | undefined;
  readonly slots: number | undefined;
  /** undefined: the file's own. */
  readonly chatTemplate: string | undefined;
  readonly keepAliveSeconds: number | "never" | undefined;
  readonly warnings: readonly string[];
}

export const loadBody: Body<LoadCall> = bodyOf({
  schema: loadRequest,
  unknown: "tell",
  toCall: (filled, { unknown, sentAs }) => {
    const warning = unknownWarning(unknown);
    return {
      modelId: filled.model_id,
      context: filled.context ?? undefined,
      slots: filled.slots ?? undefined,
      chatTemplate: filled.chat_template ?? undefined,
      keepAliveSeconds: keepAlive(filled.keep_alive, sentAs.get("keep_alive") ?? "keep_alive"),
      warnings: warning === undefined ? [] : [warning],
    };
  },
});

/** Seconds that a model may be kept without a request: 30 days. */
const longestKeepAlive = 2_592_000;

function keepAlive(value: number | string | null, param: string): number | "never" | undefined {
  if (value === null) return undefined;
  return value === "never" ? "never" : secondsOf(value, param, 1, longestKeepAlive);
}

export interface FilledUnload {
  model_id: string | null;
}

export const unloadRequest: z.ZodType<FilledUnload, UnloadRequest> = exactly<FilledUnload, UnloadRequest>()(
  z
    .object({ model_id: orDefault(textField(1, 512), null, "Which model leaves memory; the current one by default.") })
    .meta({ id: "UnloadRequest" }),
);

/** The model to unload; undefined for the current one. No body is the default. */
export const unloadBody: Body<string | undefined> = bodyOf({
  schema: unloadRequest,
  isOptional: true,
  // "model" for "model_id" would unload another one than was meant
  unknown: "refuse",
  toCall: ({ model_id }) => model_id ?? undefined,
});

const modelState = z.enum(["available", "loading", "loaded", "restarting", "failed", "bad", "incomplete"]);

const fileKind = z.enum([
  "text",
  "embedding",
  "reranker",
  "projector",
  "adapter",
  "control-vector",
  "imatrix",
  "vocabulary",
  "image",
  "speech",
  "text-diffusion",
  "part",
  "other",
]);

const modelEntry = z
  .object({
    id: z.string(),
    name: z.string().describe("The file's name, or what the sample model is."),
    description: z.string().describe("What the file says of itself: name, parameters, trained context, license."),
    size_bytes: countField("Bytes on disk; null for a sample model that was not written yet.").nullable(),
    quantization: z.string().nullable().describe("As the file's name or header says (Q4_K_M …); null if neither does."),
    parameters: countField("Number of parameters, as the header says; null where that is not known.").nullable(),
    train_context: countField("Tokens it was trained for; null where that is not known.").nullable(),
    needed_bytes: countField(
      "Memory it takes with the server's context and slots, estimated; null where that is not known.",
    ).nullable(),
    fits: z
      .boolean()
      .nullable()
      .describe("Whether that is free now; null where it is not known, or unless the key may manage models."),
    kind: fileKind
      .nullable()
      .describe(
        "What the file is: text is written by text, vectors by embedding, scores by reranker. Null where it is not known.",
      ),
    state: modelState,
    is_loaded: z.boolean(),
    reason: z
      .string()
      .nullable()
      .describe("Why the model failed, is bad, incomplete or cannot be read now; null otherwise."),
    is_outdated: z.boolean().describe("True when the file on disk is newer than what is in memory: a load brings it."),
  })
  .meta({ id: "ModelEntry" });

export const modelList: z.ZodType<ModelList> = exactly<ModelList, ModelList>()(
  z
    .object({
      models: z.array(modelEntry),
      current_model: z.string().nullable().describe("Id of the loaded model; null when none is."),
      models_dir: z
        .string()
        .nullable()
        .describe("Folder that is searched for .gguf files; null unless the key may manage models."),
      models_dir_note: z
        .string()
        .nullable()
        .describe("That the folder is empty, is none or cannot be read, as a sentence; null for nothing."),
    })
    .meta({ id: "ModelList" }),
);

export const residentModel: z.ZodType<ResidentModel, ResidentModel> = exactly<ResidentModel, ResidentModel>()(
  z
    .object({
      id: z.string(),
      state: z.enum([...modelState.options, "unloading"]),
      is_current: z.boolean().describe("True for the model that answers when none is named."),
      slots: z.object({ busy: countField("Requests that run."), total: countField("Requests that can run at once.") }),
      waiting: countField("Requests that wait for a slot or for the load."),
      memory_bytes: countField("Resident memory of its engine; null until known.").nullable(),
      last_used: momentField("When it was last used; null while it loads.").nullable(),
      keep_alive_until: momentField("When it leaves memory unless it is used before; null for never.").nullable(),
      gpu_layers: countField("Layers on the GPU; null where that is not known.").nullable(),
      total_layers: countField("All layers; null where that is not known.").nullable(),
    })
    .meta({ id: "ResidentModel" }),
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
    memory_bytes: countField("Memory of the engine; null until known.").nullable(),
    kept_bytes: countField("Of it, conversations kept outside of slots; null until known.").nullable(),
    gpu_layers: countField("Layers on the GPU; null until known.").nullable(),
    total_layers: countField("All layers; null until known.").nullable(),
    threads_in_use: countField("Threads of the last decoding step; null until a step was seen.").nullable(),
    exact: z
      .object({ holds: z.boolean(), reason: z.string() })
      .nullable()
      .describe("Whether the same request and seed give the same answer to the last bit, and why; null until known."),
    note: z
      .string()
      .nullable()
      .describe("What was done to make room for it, and a context larger than trained for; null for neither."),
    kind: fileKind.nullable().describe("What it is for: text, embedding or reranker; null until known."),
    vectors: vectorFacts.nullable().describe("What its vectors are; null for other models, and until known."),
    chat_template: z
      .object({
        source: z.enum(["file", "given", "guess"]).describe("Whose template it is."),
        note: z.string().nullable().describe("Which guess it is and why; null where it is none."),
      })
      .nullable()
      .describe("What turns conversations into prompts; null for a model that writes no text, and until known."),
    reasoning: z
      .object({
        markers: z.array(z.string()).describe("Every text that begins or ends a thought, or stands around the answer."),
        source: z.string().describe("What the form was read off."),
      })
      .nullable()
      .describe("How it marks its thoughts; null for a model without, and until known."),
    models: z.array(residentModel).describe("Everything in memory, this one too."),
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
