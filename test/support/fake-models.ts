/** Models without an engine: a script says what becomes of each request. */
import type { Caller } from "../../src/server/engine/caller.js";
import { Generation, type Holder } from "../../src/server/engine/generation.js";
import type { GenerationRequest } from "../../src/server/engine/request.js";
import type { Ending } from "../../src/server/engine/result.js";
import type { Texts } from "../../src/server/engine/texts.js";
import { LabError } from "../../src/server/errors.js";
import type { LoadOptions, ModelStatus, Models } from "../../src/server/models/models.js";
import type { Usage } from "../../src/server/wire/generation.js";
import type { CurrentModel, ModelEntry, ModelList, UnloadResponse } from "../../src/server/wire/models.js";
import type { SystemInfo } from "../../src/server/wire/system.js";
import { fakeTexts } from "./fake-texts.js";

/** What becomes of one request; it drives the generation, now or later. */
export type Script = (generation: Generation, request: GenerationRequest, index: number) => void;

export interface FakeRequest {
  readonly modelId: string | undefined;
  readonly request: GenerationRequest;
  readonly caller: Caller;
  readonly generation: Generation;
  /** True once it was ended from outside. */
  readonly cancelled: boolean;
}

/** Answers in these pieces, at once: 7 tokens of prompt, 2 of them cached, a token a piece. */
export const answerWith =
  (pieces: readonly string[], { maxTokens, ...ending }: Partial<Ending> & { maxTokens?: number } = {}): Script =>
  (generation, request) => {
    generation.begin({ promptTokens: 7, cachedTokens: 2, maxTokens: maxTokens ?? request.maxTokens });
    if (request.measure !== undefined) {
      generation.finish({ ...endingOf(0), vector: request.measure.kind === "embed" ? [0.6, -0.8] : [0.5] });
      return;
    }
    pieces.forEach((text, index) => {
      generation.push({ text }, index + 1);
    });
    generation.finish({ ...endingOf(pieces.length), ...ending });
  };

/** Fails before it begins. */
export const failWith =
  (error: unknown): Script =>
  (generation) =>
    generation.fail(error);

/** Ends well with so many tokens: 2 ms of prefill, 4 ms of decoding. */
export function endingOf(completionTokens: number): Ending {
  return { finishReason: "stop", completionTokens, prefillMs: 2, decodeMs: 4, threads: 2 };
}

/** What `answerWith` used, as it is told on the wire. */
export function usageOnWire(completionTokens: number): Usage {
  return {
    prompt_tokens: 7,
    completion_tokens: completionTokens,
    total_tokens: 7 + completionTokens,
    completion_tokens_details: { reasoning_tokens: 0 },
    prompt_tokens_details: { cached_tokens: 2 },
  };
}

/** Ends well after this text, begun or not. */
export function finishWith(generation: Generation | undefined, text: string, tokens: number): void {
  if (generation === undefined) throw new Error("Nobody asked for anything yet.");
  if (generation.promptTokens === null) generation.begin({ promptTokens: 7, cachedTokens: 2, maxTokens: 8192 });
  generation.push({ text }, tokens);
  generation.finish(endingOf(tokens));
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
  kept_bytes: 0,
  gpu_layers: null,
  total_layers: null,
  threads_in_use: null,
  exact: { holds: true, reason: "Weights of Q4_0 on one thread." },
  note: null,
  kind: "text",
  vectors: null,
  chat_template: null,
  reasoning: null,
  models: [],
};

/** Its row in the list of models. */
export const fakeEntry: ModelEntry = {
  id: "fake",
  name: "Fake",
  description: "No engine behind it.",
  size_bytes: 1,
  quantization: null,
  parameters: 1,
  train_context: 4096,
  needed_bytes: 1,
  fits: null,
  kind: "text",
  state: "loaded",
  is_loaded: true,
  reason: null,
  is_outdated: false,
};

export class FakeModels implements Models, Holder {
  script: Script;
  model: CurrentModel | null = fakeModel;
  statusNow: ModelStatus = {
    state: "ready",
    reason: null,
    model: "fake",
    loading: null,
    slots: { busy: 0, total: 2 },
    waiting: 0,
    models: [],
  };
  /** Models whose texts were asked for. */
  readonly textsAsked: (string | undefined)[] = [];
  /** What `list` names. */
  entries: ModelEntry[] = [];
  /** Thrown by `generate` at once when set. */
  refusal: unknown;
  readonly requests: FakeRequest[] = [];
  readonly loads: { readonly modelId: string; readonly options: LoadOptions | undefined }[] = [];
  #watchers: (() => void)[] = [];

  constructor(script: Script = answerWith(["Hello", " world"])) {
    this.script = script;
  }

  generate(modelId: string | undefined, request: GenerationRequest, caller: Caller, arrivedAt?: number): Generation {
    if (this.refusal !== undefined) throw this.refusal;
    const generation = new Generation(request, caller, { arrivedAt });
    generation.heldBy(this, modelId ?? "fake");
    this.requests.push({
      modelId,
      request,
      caller,
      generation,
      get cancelled() {
        return generation.state === "cancelled";
      },
    });
    this.script(generation, request, this.requests.length - 1);
    this.#tell();
    return generation;
  }

  async texts(modelId?: string): Promise<Texts> {
    this.textsAsked.push(modelId);
    return fakeTexts;
  }

  position(): null {
    return null;
  }

  letGo(generation: Generation): void {
    if (generation.timedOut) generation.finish({ ...endingOf(generation.completionTokens), finishReason: "length" });
    this.#tell();
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

  async pin(_modelIds: readonly string[]): Promise<() => void> {
    return () => {};
  }

  forget(_key: string): void {}

  keepOwnerSlot(_isKept: boolean): void {}

  current(): CurrentModel | null {
    return this.model;
  }

  async list(): Promise<ModelList> {
    return {
      models: this.entries,
      current_model: this.model?.id ?? null,
      models_dir: "/nowhere",
      models_dir_note: null,
    };
  }

  status(): ModelStatus {
    return this.statusNow;
  }

  engineInfo(): SystemInfo["engine"] {
    return { backend: "cpu", devices: [], threads: 1, threads_in_use: null, memory_bytes: 1, pid: null, version: "0" };
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
