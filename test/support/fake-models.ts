/** Models without an engine: a script says what becomes of each request. */
import {
  type CancelReason,
  Generation,
  GenerationDriver,
  type GenerationResult,
} from "../../src/server/engine/generation.js";
import type { GenerationRequest } from "../../src/server/engine/request.js";
import { LabError } from "../../src/server/errors.js";
import type { LoadOptions, ModelStatus, Models } from "../../src/server/models/models.js";
import type { CurrentModel, ModelList, UnloadResponse } from "../../src/server/wire/models.js";
import type { SystemInfo } from "../../src/server/wire/system.js";

/** What becomes of one request; it drives the generation, now or later. */
export type Script = (driver: GenerationDriver, request: GenerationRequest, index: number) => void;

export interface FakeRequest {
  readonly modelId: string | undefined;
  readonly request: GenerationRequest;
  readonly driver: GenerationDriver;
  /** Why it was cancelled; undefined when it was not. */
  cancelled: CancelReason | undefined;
}

/** Answers in these pieces, at once. */
export const answerWith =
  (pieces: readonly string[], ending: Partial<GenerationResult> = {}): Script =>
  (driver, request) => {
    driver.begin(7, ending.maxTokens ?? request.maxTokens);
    pieces.forEach((piece, index) => {
      driver.push(piece, index + 1);
    });
    driver.finish(resultOf(pieces.join(""), pieces.length, { maxTokens: request.maxTokens, ...ending }));
  };

/** Fails before it begins. */
export const failWith =
  (error: unknown): Script =>
  (driver) =>
    driver.fail(error);

/** A result with these texts and plausible numbers. */
export function resultOf(text: string, tokens: number, rest: Partial<GenerationResult> = {}): GenerationResult {
  return {
    text,
    finishReason: "stop",
    model: "fake",
    usage: {
      prompt_tokens: 7,
      completion_tokens: tokens,
      total_tokens: 7 + tokens,
      prompt_tokens_details: { cached_tokens: 2 },
    },
    timings: {
      queue_ms: 1,
      prefill_ms: 2,
      decode_ms: 4,
      time_to_first_token_ms: 3,
      total_ms: 7,
      tokens_per_second: tokens * 250,
    },
    maxTokens: 8192,
    timedOut: false,
    ...rest,
  };
}

export const fakeModel: CurrentModel = {
  id: "fake",
  model_id: "fake",
  name: "Fake",
  description: "No engine behind it.",
  state: "loaded",
  is_loaded: true,
  loading_progress: 1,
  context: 4096,
  slots: 2,
  train_context: 4096,
  parameters: 1,
  quantization: null,
  architecture: "none",
  size_bytes: 1,
  load_ms: 1,
  memory_bytes: 1,
};

export class FakeModels implements Models {
  script: Script;
  model: CurrentModel | null = fakeModel;
  statusNow: ModelStatus = {
    state: "ready",
    reason: null,
    model: "fake",
    loading: null,
    slots: { busy: 0, total: 2 },
    waiting: 0,
  };
  /** Thrown by `generate` at once when set. */
  refusal: unknown;
  readonly requests: FakeRequest[] = [];
  readonly loads: { readonly modelId: string; readonly options: LoadOptions | undefined }[] = [];
  #watchers: (() => void)[] = [];

  constructor(script: Script = answerWith(["Hello", " world"])) {
    this.script = script;
  }

  generate(modelId: string | undefined, request: GenerationRequest): Generation {
    if (this.refusal !== undefined) throw this.refusal;
    const driver = new GenerationDriver();
    driver.model = modelId ?? "fake";
    const entry: FakeRequest = { modelId, request, driver, cancelled: undefined };
    driver.onCancel = (reason) => {
      entry.cancelled = reason;
      this.#tell();
    };
    this.requests.push(entry);
    this.script(driver, request, this.requests.length - 1);
    this.#tell();
    return new Generation(driver);
  }

  /** Resolves as soon as `fact` holds; looks whenever something reaches these models. */
  async until(fact: () => boolean): Promise<void> {
    while (!fact()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  async load(modelId: string, options?: LoadOptions): Promise<CurrentModel> {
    this.loads.push({ modelId, options });
    if (modelId === "fake") return fakeModel;
    throw new LabError(
      "model_not_found",
      `No model is called "${modelId}". GET /models/available lists the ones that are.`,
    );
  }

  async unload(): Promise<UnloadResponse> {
    const model_id = this.model?.id ?? null;
    this.model = null;
    return { status: "Model unloaded successfully", message: "", model_id, freed_bytes: model_id === null ? 0 : 1 };
  }

  current(): CurrentModel | null {
    return this.model;
  }

  async list(): Promise<ModelList> {
    return { models: [], current_model: this.model?.id ?? null, models_dir: "/nowhere" };
  }

  status(): ModelStatus {
    return this.statusNow;
  }

  engineInfo(): SystemInfo["engine"] {
    return { backend: "cpu", devices: [], threads: 1, memory_bytes: 1, pid: null, version: "0" };
  }

  async close(): Promise<number> {
    return 0;
  }

  #tell(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const watcher of watchers) watcher();
  }
}
