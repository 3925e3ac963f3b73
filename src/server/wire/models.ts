/** What crosses the wire about models. */

/** Where a model stands. `bad` files are refused until they change. */
export type ModelState = "available" | "loading" | "loaded" | "restarting" | "failed" | "bad";

/** One row of `GET /models/available`. */
export interface ModelEntry {
  id: string;
  /** Human name: the file's name, or what the sample model is. */
  name: string;
  description: string;
  /** Bytes on disk; null for a sample model that was not written yet. */
  size_bytes: number | null;
  /** Quantization as told by the file name (Q4_K_M …); null if it does not say. */
  quantization: string | null;
  state: ModelState;
  is_loaded: boolean;
  /** Why the model failed or is bad; null otherwise. */
  reason: string | null;
}

/** Answer of `GET /models/available`. */
export interface ModelList {
  models: ModelEntry[];
  /** Id of the loaded model; null when none is. */
  current_model: string | null;
  /** Folder that is searched for `.gguf` files. */
  models_dir: string;
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
  /** Resident memory of the engine process in bytes; null until known. */
  memory_bytes: number | null;
}

/** Body of `POST /models/load`. */
export interface LoadRequest {
  /** An id of `GET /models/available`. */
  model_id: string;
  /** Tokens per slot, 64 to 1048576. Default: the server's setting. */
  context?: number | null;
  /** Requests that can run at once, 1 to 64. Default: the server's setting. */
  slots?: number | null;
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
