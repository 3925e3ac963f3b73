/** What crosses the wire about models. */

/** Where a model stands. `bad` is a file that cannot be loaded as it is, `incomplete` a split one of which parts are missing. */
export type ModelState = "available" | "loading" | "loaded" | "restarting" | "failed" | "bad" | "incomplete";

/**
 * What a file is, as its header says. `text` writes text, `embedding` turns texts into vectors (`/v1/embeddings`), `reranker`
 * says how well they answer a query (`/v1/rerank`); the others are `bad` and `reason` says why.
 */
export type FileKind =
  | "text"
  | "embedding"
  | "reranker"
  | "projector"
  | "adapter"
  | "control-vector"
  | "imatrix"
  | "vocabulary"
  | "image"
  | "speech"
  | "text-diffusion"
  | "part"
  | "other";

/** One row of `GET /models/available`. */
export interface ModelEntry {
  id: string;
  /** Human name: the file's name, or what the sample model is. */
  name: string;
  /** What the file says of itself: name, parameters, quantization, tokens it was trained for, license. */
  description: string;
  /** Bytes on disk; null for a sample model that was not written yet. */
  size_bytes: number | null;
  /** Quantization as told by the file's name or header (Q4_K_M …); null if neither does. */
  quantization: string | null;
  /** Number of parameters, as the file's header says; null where that is not known. */
  parameters: number | null;
  /** Tokens it was trained for; null where that is not known. */
  train_context: number | null;
  /** Bytes of memory it takes with the server's context and slots, estimated from its header; null where that is not known. */
  needed_bytes: number | null;
  /** Whether they are free now, beside what is in memory; null where that is not known, or unless the key may manage models. */
  fits: boolean | null;
  /** What the file is; null where it could not be looked into. */
  kind: FileKind | null;
  state: ModelState;
  is_loaded: boolean;
  /** Why the model failed, is bad, incomplete or cannot be read now; null otherwise. */
  reason: string | null;
  /** True when the file on disk is newer than what is in memory: a load brings it. */
  is_outdated: boolean;
}

/** Answer of `GET /models/available`: the files of the models folder first, then the sample models. */
export interface ModelList {
  models: ModelEntry[];
  /** Id of the loaded model; null when none is. */
  current_model: string | null;
  /** Folder that is searched for `.gguf` files; null unless the key may manage models. */
  models_dir: string | null;
  /** What to know of that folder, as a sentence: that it is empty, is none or cannot be read; null for nothing. */
  models_dir_note: string | null;
}

/** A model in memory, on its way in or on its way out. */
export interface ResidentModel {
  id: string;
  /** `unloading` takes no new requests and ends what it has. */
  state: ModelState | "unloading";
  /** True for the model that answers when none is named. */
  is_current: boolean;
  slots: { busy: number; total: number };
  /** Requests that wait for a slot or for the load. */
  waiting: number;
  /** Resident memory of its engine in bytes; null until known. */
  memory_bytes: number | null;
  /** When it was last used, ISO 8601; null while it loads. */
  last_used: string | null;
  /** When it leaves memory unless it is used before, ISO 8601; null for never. */
  keep_alive_until: string | null;
  /** Layers on the GPU of all layers; null where that is not known. */
  gpu_layers: number | null;
  total_layers: number | null;
}

/** What turns conversations into prompts. */
export interface ChatTemplateFacts {
  /** The template in the file, one that was given at the load, or a form that is only guessed. */
  source: "file" | "given" | "guess";
  /** Which guess it is and why; null where it is none. */
  note: string | null;
}

/** How a model marks its thoughts. */
export interface ReasoningMarks {
  /** Every text that begins or ends a thought, or stands around the answer. */
  markers: string[];
  /** What the form was read off, for people. */
  source: string;
}

/** Answer of `GET /models/current`: the loaded model, or the one that loads when none is. */
export interface CurrentModel {
  id: string;
  /** The same as `id`: LocalLab's clients read either. */
  model_id: string;
  name: string;
  description: string;
  state: ModelState;
  is_loaded: boolean;
  /** 0 to 1; 1 once loaded. */
  loading_progress: number;
  /** Tokens per slot, prompt and answer together; null until known. */
  context: number | null;
  /** Requests that can run at once. */
  slots: number;
  /** What the model was trained for; null until known. */
  train_context: number | null;
  /** Number of parameters; null until known. */
  parameters: number | null;
  quantization: string | null;
  architecture: string | null;
  size_bytes: number | null;
  /** Milliseconds the load took; null until loaded. */
  load_ms: number | null;
  /** Memory of the engine in bytes, with what it keeps outside of slots; null until known. */
  memory_bytes: number | null;
  /** Of it, conversations that had to leave their slots and are kept to be put back; null until known. */
  kept_bytes: number | null;
  /** Layers on the GPU of all layers; null until known. */
  gpu_layers: number | null;
  total_layers: number | null;
  /** Threads of the last decoding step: fewer than were set while other programs keep cores busy. null until a step was seen. */
  threads_in_use: number | null;
  /** Whether the same request and seed give the same answer to the last bit whoever runs beside it, and why; null until known. */
  exact: { holds: boolean; reason: string } | null;
  /** What was done to make room for it, and whether its context is more than it was trained for; null for neither. */
  note: string | null;
  /** What it is for: `text`, `embedding` or `reranker`; null until known. */
  kind: FileKind | null;
  /** What the vectors of a model for embeddings are; null for the others, and until known. */
  vectors: VectorFacts | null;
  /** What turns conversations into prompts; null for a model that writes no text, and until known. */
  chat_template: ChatTemplateFacts | null;
  /** How it marks its thoughts, which stand beside its answers; null for a model without, and until known. */
  reasoning: ReasoningMarks | null;
  /** Everything in memory, this one too. */
  models: ResidentModel[];
}

/** What the vectors of a model for embeddings are. */
export interface VectorFacts {
  /** Numbers of a vector. */
  dimensions: number;
  /** Shorter lengths that `dimensions` may ask for; empty where there are none, and where any from `least_dimensions` on will do. */
  shorter: number[];
  /** The shortest length that `dimensions` may ask for, where every one will do; null where not. */
  least_dimensions: number | null;
  /** What `input_type` may say; empty where the model asks for no prefixes. */
  input_types: string[];
}

/** Body of `POST /models/load`. */
export interface LoadRequest {
  /** An id of `GET /models/available`, its last part, with `.gguf` or not; the owner may give a file's path. Up to 512 characters. */
  model_id: string;
  /** Tokens per slot, 64 to 1048576. Default: the server's setting. */
  context?: number | null;
  /** Requests that can run at once, 1 to 64. Default: the server's setting. */
  slots?: number | null;
  /** A Jinja chat template in the place of the file's own, 1 to 65536 characters; for the owner's key only. Default: the file's. */
  chat_template?: string | null;
  /** Time without a request until it leaves memory: seconds, "10m" or "never"; up to 32 characters. Default: the setting. */
  keep_alive?: number | string | null;
}

/** Body of `POST /models/unload`; it may be left out. */
export interface UnloadRequest {
  /** Which model leaves memory. Default: the current one. */
  model_id?: string | null;
}

/** Answer of `POST /models/load`. */
export interface LoadResponse {
  status: "success";
  message: string;
  model: CurrentModel;
}

/** Answer of `POST /models/unload`. The status text is compared word for word by LocalLab's Python client. */
export interface UnloadResponse {
  status: "Model unloaded successfully";
  message: string;
  /** The model that was unloaded; null when none was loaded. */
  model_id: string | null;
  /** Memory the engine held, in bytes; 0 when none was loaded. */
  freed_bytes: number;
}
