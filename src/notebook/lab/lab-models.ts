/** The models of a lab: what exists, what is loaded, loading and unloading. */
import { messageOf } from "../../server/async/message-of.js";
import { isModelPath, modelPath } from "../../server/state/model-path.js";
import type { CurrentModel, LoadRequest, ModelList, UnloadRequest, UnloadResponse } from "../../server/wire/models.js";
import type { Health } from "../../server/wire/system.js";
import type { Connection } from "../client/connection.js";
import { OngoingWork } from "../client/ongoing.js";
import { LabRequestError } from "../client/request-error.js";
import { whileAnswering } from "../client/while-answering.js";
import { inWordsOf, type WireOption, wireOptions } from "../client/wire-options.js";
import { shownWhenThere } from "../displays/awaited.js";
import { LiveOutput } from "../displays/live-output.js";
import { currentModelView, modelsView } from "../displays/models-view.js";
import { sentenceView } from "../displays/parts.js";
import { Progress } from "../displays/progress.js";
import { markShown, selfDisplaying } from "../displays/self-displaying.js";
import { bytesText } from "../displays/units.js";
import type { View } from "../displays/view.js";
import { type RequestOptions, splitOptions } from "./ask.js";
import { afterGivingUp, loadModel, unfinishedLoadText } from "./load-model.js";

/** Options of `lab.models.load`. */
export interface LoadOptions extends RequestOptions {
  /** Tokens per slot, prompt and answer together, 64 to 1048576. Default: the server's setting. */
  context?: number;
  /** Requests that can run at once, 1 to 64. Default: the server's setting. Memory is context × slots. */
  slots?: number;
  /** Time without a request until it leaves memory: seconds, "10m", or "never". Default: the server's setting. */
  keepAlive?: number | string;
  /** A Jinja chat template in the place of the file's own, 1 to 65536 characters; for the lab's owner. Default: the file's. */
  chatTemplate?: string;
}

type SentOptions = Exclude<keyof LoadOptions, keyof RequestOptions>;

const sentOptions: Readonly<Record<SentOptions, WireOption & { readonly field: keyof LoadRequest }>> = {
  context: { field: "context", wants: "a whole number from 64 to 1048576; left out it is the server's setting" },
  slots: { field: "slots", wants: "a whole number from 1 to 64; left out it is the server's setting" },
  chatTemplate: { field: "chat_template", wants: "a text of 1 to 65536 characters; left out it is the file's own" },
  keepAlive: { field: "keep_alive", wants: 'seconds, "10m" or "never"; left out it is the server\'s setting' },
};

/** The models of a lab. */
export interface LabModels {
  /** Every model the server knows, with its state. Prints itself as a table. */
  list(): Promise<ModelList>;
  /**
   * Loads a model, by its id or, where this notebook holds the lab, by the path of its file, with a progress bar in the
   * cell, and gives it once it answers: from then on it is the current one,
   * which answers where a request names none. The others stay in memory as long as they fit; what leaves is said in
   * `note`, and its running requests finish first. A load by name brings the file that is there now. Fails with
   * `model_not_found` or `model_load_failed`; what was loaded stays then. Given up (an interrupt, `signal`), the server
   * ends the load too unless others wait for it.
   */
  load(id: string, options?: LoadOptions): Promise<CurrentModel>;
  /**
   * Lets running requests finish, takes a model out of memory and says how much came back. Default: the current one.
   * Fails with `model_not_found` when the model that is named is not in memory.
   */
  unload(id?: string): Promise<UnloadResponse>;
  /** The loaded model, or the one that is loading. Fails with `no_model_loaded` when there is none. */
  current(): Promise<CurrentModel>;
}

export class ConnectedModels implements LabModels {
  readonly #connection: Connection;
  readonly #changed: () => Promise<void>;

  /** `changed` is called when another model, or none, is loaded. */
  constructor(connection: Connection, changed: () => Promise<void>) {
    this.#connection = connection;
    this.#changed = changed;
    selfDisplaying(
      this,
      () => sentenceView("Models of the lab. await lab.models.list() gives them, load(id) and unload(id) change them."),
      () => {
        const output = LiveOutput.open(sentenceView("Asking for the models …"));
        this.list().then(
          (list) => output?.end(modelsView(list)),
          (error: unknown) => output?.end(sentenceView(messageOf(error))),
        );
      },
    );
  }

  list(): Promise<ModelList> {
    return this.#get("/models/available", modelsView);
  }

  current(): Promise<CurrentModel> {
    return this.#get("/models/current", currentModelView);
  }

  unload(id?: string): Promise<UnloadResponse> {
    return shownWhenThere(this.#unload(id), unloadView);
  }

  /** Shows its own progress, and then the model. */
  load(id: string, options: LoadOptions = {}): Promise<CurrentModel> {
    return markShown(shownWhenThere(this.#load(id, options), currentModelView));
  }

  #get<Value extends object>(path: string, view: (value: Value) => View): Promise<Value> {
    const value = this.#connection.json<Value>("GET", path);
    return shownWhenThere(
      value.then((known) => selfDisplaying(known, view)),
      view,
    );
  }

  async #unload(id?: string): Promise<UnloadResponse> {
    const body: UnloadRequest = id === undefined ? {} : { model_id: modelId("unload", id) };
    // requests under way finish first, which may take as long as they do
    const answer = await new OngoingWork((signal) =>
      whileAnswering(this.#connection, { signal }, (both) =>
        this.#connection.json<UnloadResponse>("POST", "/models/unload", { body, signal: both, headSeconds: 0 }),
      ),
    );
    await this.#changed();
    return selfDisplaying(answer, unloadView);
  }

  async #load(id: string, options: LoadOptions): Promise<CurrentModel> {
    const { sampling, request } = splitOptions(options);
    const body: LoadRequest = {
      ...wireOptions<Omit<LoadOptions, keyof RequestOptions>>("lab.models.load", sentOptions, sampling),
      model_id: fileOrId(modelId("load", id)),
    };
    const progress = new Progress(`Loading ${id}`);
    const onHealth = ({ loading }: Health): void => {
      if (loading !== null && isCalled(loading.model, id)) progress.update(loading.progress);
    };
    const began = performance.now();
    const { waitSeconds } = request;
    const work = new OngoingWork(
      (signal) => loadModel(this.#connection, { body, signal, waitSeconds, onHealth }),
      request,
    );
    // on the end itself, not after an await: an interrupted cell takes no output afterwards
    work.onEnd((end) => {
      if (end.state === "done") progress.end(currentModelView(end.value.model));
      else progress.end(sentenceView(unfinishedLoadText(id, end, performance.now() - began)));
      if (end.state === "cancelled") void this.#tellWhatBecame(id, progress);
    });
    const { model } = await inWordsOf(
      sentOptions,
      work.then((answer) => answer),
    );
    await this.#changed();
    return markShown(selfDisplaying(model, currentModelView));
  }

  async #tellWhatBecame(id: string, progress: Progress): Promise<void> {
    const sentence = await afterGivingUp(this.#connection, id);
    if (sentence !== undefined) progress.correct(sentenceView(sentence));
    await this.#changed();
  }
}

/** A path as the server can open it: its folder is another one. */
const fileOrId = (name: string): string => (isModelPath(name) ? modelPath(name) : name);

/** Whether a name as it was typed, an id or a path, may be that of this model. */
function isCalled(id: string, name: string): boolean {
  const last = (text: string): string =>
    text
      .slice(text.lastIndexOf("/") + 1)
      .replace(/\.gguf$/i, "")
      .toLowerCase();
  return last(id) === last(name);
}

/** The id as it was given. Refuses what is none, such as the model itself in its place. */
function modelId(call: string, id: unknown): string {
  if (typeof id === "string" && id.trim() !== "") return id;
  const sentence = `lab.models.${call} wants the id of a model, as lab.models.list() shows it: lab.models.${call}("sample").`;
  throw new LabRequestError("invalid_request", sentence, { param: "model_id" });
}

const unloadView = ({ model_id, freed_bytes }: UnloadResponse): View =>
  sentenceView(model_id ? `${model_id} is unloaded, ${bytesText(freed_bytes)} came back.` : "No model was loaded.");
