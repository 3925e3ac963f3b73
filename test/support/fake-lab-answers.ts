/** What the fake lab says about itself: one sample model, four slots, a small machine. */
import type { AnswerExtras } from "../../src/server/wire/generation.js";
import type { CurrentModel, ModelList } from "../../src/server/wire/models.js";
import type { Health, RequestList, SystemInfo } from "../../src/server/wire/system.js";

export const fakeHealth = (): Health => ({
  status: "healthy",
  state: "ready",
  model: "sample",
  loading: null,
  slots: { busy: 0, total: 4 },
  waiting: 0,
  models: [],
  holders: null,
  uptime_seconds: 12,
  version: "0.1.0",
});

export const fakeModel = (): CurrentModel => ({
  id: "sample",
  model_id: "sample",
  name: "Sample",
  description: "A small model that tells stories.",
  state: "loaded",
  is_loaded: true,
  loading_progress: 1,
  context: 4096,
  slots: 4,
  train_context: 4096,
  parameters: 1_500_000,
  quantization: null,
  architecture: "llama",
  size_bytes: 6_000_000,
  load_ms: 120,
  memory_bytes: 180_000_000,
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
});

export const fakeModels = (): ModelList => ({
  models: [
    {
      id: "sample",
      name: "Sample",
      description: "A small model that tells stories.",
      size_bytes: 6_000_000,
      quantization: null,
      parameters: 1_500_000,
      train_context: 4096,
      needed_bytes: 200_000_000,
      fits: null,
      kind: "text",
      state: "loaded",
      is_loaded: true,
      reason: null,
      is_outdated: false,
    },
    {
      id: "<img src=x onerror=alert(1)>\u202e.gguf",
      name: "hostile",
      description: "turns \u202eback",
      size_bytes: 1,
      quantization: "Q4_K_M",
      parameters: null,
      train_context: null,
      needed_bytes: null,
      fits: null,
      kind: "text",
      state: "bad",
      is_loaded: false,
      reason: "It is <b>no</b> GGUF file.",
      is_outdated: false,
    },
  ],
  current_model: "sample",
  models_dir: "/models",
  models_dir_note: null,
});

const amount = (total: number, used: number): SystemInfo["memory"] => ({
  total_bytes: total,
  used_bytes: used,
  free_bytes: total - used,
  percent: (used / total) * 100,
});

export const fakeSystem = (): SystemInfo => ({
  os: { platform: "linux", distro: "Debian", release: "12", arch: "x64", hostname: "host" },
  cpu: { brand: "A processor", physical_cores: 2, cores: 4, percent: 7 },
  memory: amount(8 * 2 ** 30, 2 * 2 ** 30),
  gpus: [],
  disk: { ...amount(64 * 2 ** 30, 16 * 2 ** 30), mount: "/" },
  engine: {
    backend: "cpu",
    devices: [],
    threads: 4,
    threads_in_use: 4,
    memory_bytes: 180_000_000,
    pid: 77,
    version: "3.22.1",
  },
  cpu_usage: 7,
  memory_usage: 25,
  gpu_info: null,
  active_model: "sample",
  models: [],
  uptime: 12,
  request_count: 3,
  sampled_at: "2026-01-01T12:00:00.000Z",
});

export const fakeRequests = (): RequestList => ({
  active: [
    {
      id: "req_1",
      route: "POST /generate",
      model: "sample",
      state: "queued",
      position: 2,
      started_at: "2026-01-01T12:00:01.000Z",
      elapsed_ms: 12,
      prompt_tokens: null,
      completion_tokens: 0,
      client: "local",
      status: null,
      prompt: null,
    },
  ],
  recent: [],
});

export const fakeExtras = (): AnswerExtras => ({
  id: "req_fake",
  model: "sample",
  seed: 42,
  usage: {
    prompt_tokens: 5,
    completion_tokens: 4,
    total_tokens: 9,
    completion_tokens_details: { reasoning_tokens: 0 },
    prompt_tokens_details: { cached_tokens: 3 },
  },
  timings: {
    queue_ms: 0,
    prefill_ms: 2,
    decode_ms: 30,
    draft_tokens: 0,
    accepted_tokens: 0,
    time_to_first_token_ms: 3,
    total_ms: 33,
    tokens_per_second: 133.3,
    threads: 4,
  },
  warnings: [],
});

/** "Hé" and a line end between two control tokens; its second letter is two tokens. */
export const fakeTokens = {
  prompt: "<|user|>Hé\n<|end|>",
  tokens: [
    { id: 7, piece: "<|user|>", special: true },
    { id: 72, piece: "H", special: false },
    { id: 195, piece: [195], special: false },
    { id: 169, piece: [169], special: false },
    { id: 10, piece: "\n", special: false },
    { id: 8, piece: "<|end|>", special: true },
  ],
};
