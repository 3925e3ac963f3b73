/** What crosses the wire about the machine, the server and the requests in it. */

import type { ResidentModel } from "./models.js";

/** State of the server as a whole. */
export type ServerState = "no_model" | "loading" | "ready" | "busy" | "restarting" | "failed" | "stopping";

/** Answer of `GET /health`: always 200 while the server answers at all. */
export interface Health {
  status: "healthy";
  state: ServerState;
  /** Id of the loaded model; null when none is. */
  model: string | null;
  /** Id of the model that is loading and how far it is, 0 to 1; null when none is. */
  loading: { model: string; progress: number } | null;
  slots: { busy: number; total: number };
  /** Requests that wait for a slot. */
  waiting: number;
  /** Everything in memory, on its way in or on its way out. */
  models: ResidentModel[];
  /** Notebooks that hold the server; null unless the owner's key asks. */
  holders: number | null;
  uptime_seconds: number;
  version: string;
}

/** Answer of `GET /ready`: 200 when a request would be served now, else 503 with the reason. */
export interface Ready {
  ready: boolean;
  state: ServerState;
  /** Why not; null when ready. */
  reason: string | null;
}

/** Bytes and percent of something that is limited. */
export interface Amount {
  total_bytes: number;
  used_bytes: number;
  free_bytes: number;
  /** 0 to 100. */
  percent: number;
}

/** Answer of `GET /system/info`. */
export interface SystemInfo {
  /** `hostname` is null unless the key may manage models. */
  os: { platform: string; distro: string; release: string; arch: string; hostname: string | null };
  cpu: {
    brand: string;
    physical_cores: number;
    cores: number;
    /** Load of all cores together, 0 to 100. */
    percent: number;
  };
  memory: Amount;
  /** One entry per graphics adapter; empty when there is none. */
  gpus: {
    name: string;
    vendor: string;
    memory_bytes: number | null;
    memory_used_bytes: number | null;
    percent: number | null;
  }[];
  /** The disk that holds the models folder; null when unknown. */
  disk: (Amount & { mount: string }) | null;
  engine: {
    /** "cpu", "cuda", "metal" or "vulkan"; null until a model was loaded. */
    backend: string | null;
    /** Names of the devices used; empty on the CPU. */
    devices: string[];
    /** Threads for decoding at most; null when unknown. */
    threads: number | null;
    /** Threads of the last decoding step: fewer while other programs keep cores busy. null until a step was seen. */
    threads_in_use: number | null;
    /** Resident memory of the engine process in bytes; null when none runs. */
    memory_bytes: number | null;
    /** Process id; null when none runs, or unless the key may manage models. */
    pid: number | null;
    version: string;
  };
  /** The same as `cpu.percent` and `memory.percent`, where LocalLab's clients look for them. */
  cpu_usage: number;
  memory_usage: number;
  gpu_info: { name: string; memory_bytes: number | null } | null;
  active_model: string | null;
  /** Everything in memory, on its way in or on its way out. */
  models: ResidentModel[];
  uptime: number;
  /** Requests answered since the start, of every kind but GET /health, /ready and what a notebook's cards ask by themselves. */
  request_count: number;
  /** When the machine was last measured, ISO 8601. */
  sampled_at: string;
}

/** Where a request is. */
export type RequestState = "queued" | "loading" | "prefilling" | "decoding";

/** One request that runs or waits, or that ended lately. */
export interface RequestEntry {
  id: string;
  /** "POST /generate" and the like. */
  route: string;
  model: string | null;
  state: RequestState | "done" | "failed" | "cancelled";
  /** 1 is next; null when not waiting. */
  position: number | null;
  /** When it arrived, ISO 8601. */
  started_at: string;
  elapsed_ms: number;
  prompt_tokens: number | null;
  completion_tokens: number;
  /** Name of the key it came with: "local" without one. */
  client: string;
  /** HTTP status once it is known; null before. */
  status: number | null;
  /** What was asked, its first 2000 characters; null unless the server was started with `record: "full"`. */
  prompt: string | null;
}

/** Answer of `GET /requests`: what runs and waits, and up to 100 that ended lately. */
export interface RequestList {
  active: RequestEntry[];
  recent: RequestEntry[];
}

/** Answer of `DELETE /requests/{id}`. */
export interface CancelResponse {
  id: string;
  cancelled: true;
  /** Where it was when it was cancelled. */
  state: RequestState;
}

/** Body of every error. `detail` is for LocalLab's clients, `error` for OpenAI's. */
export interface ErrorBody {
  detail: string;
  error: { message: string; type: string; param: string | null; code: string };
}

/** Answer of `GET /`: what this is. Without a key, where one is needed, the name alone. */
export interface About {
  name: "LocalLab";
  version: string;
  /** Where to read more. */
  docs: string;
  routes: {
    method: "GET" | "POST" | "DELETE";
    path: string;
    scope: "public" | "infer" | "manage" | "owner";
    summary: string;
  }[];
}
