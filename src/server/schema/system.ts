/** Answers about the machine, the server and the requests in it. */
import { z } from "zod";
import type {
  About,
  CancelResponse,
  ErrorBody,
  Health,
  Ready,
  RequestEntry,
  RequestList,
  SystemInfo,
} from "../wire/system.js";
import { amountField, countField, momentField } from "./answer.js";
import { exactly } from "./exactly.js";
import { residentModel } from "./models.js";

const name = z.literal("LocalLab");

/** What strangers get, and what those with a key get. */
export const about: z.ZodType<About | Pick<About, "name">> = z.union([
  exactly<About, About>()(
    z
      .object({
        name,
        version: z.string(),
        docs: z.string().describe("Where to read more."),
        routes: z.array(
          z.object({
            method: z.enum(["GET", "POST", "DELETE"]),
            path: z.string(),
            scope: z.enum(["public", "infer", "manage", "owner"]).describe("What a key must allow."),
            summary: z.string(),
          }),
        ),
      })
      .meta({ id: "About" }),
  ),
  z.strictObject({ name }),
]);

const serverState = z.enum(["no_model", "loading", "ready", "busy", "restarting", "failed", "stopping"]);
const healthy = z.literal("healthy");

/** What those with a key get, and what strangers get. */
export const health: z.ZodType<Health | Pick<Health, "status">> = z.union([
  exactly<Health, Health>()(
    z
      .object({
        status: healthy,
        state: serverState,
        model: z.string().nullable().describe("Id of the loaded model; null when none is."),
        loading: z
          .object({ model: z.string(), progress: z.number().min(0).max(1) })
          .nullable()
          .describe("The model that is loading and how far it is; null when none is."),
        slots: z.object({
          busy: countField("Requests that run."),
          total: countField("Requests that can run at once."),
        }),
        waiting: countField("Requests that wait for a slot."),
        models: z.array(residentModel).describe("Everything in memory, on its way in or on its way out."),
        holders: countField("Notebooks that hold the server; null unless the owner's key asks.").nullable(),
        uptime_seconds: amountField("Seconds since the start."),
        version: z.string(),
      })
      .meta({ id: "Health" }),
  ),
  z.strictObject({ status: healthy }),
]);

export const ready: z.ZodType<Ready> = exactly<Ready, Ready>()(
  z
    .object({
      ready: z.boolean(),
      state: serverState,
      reason: z.string().nullable().describe("Why not; null when ready."),
    })
    .meta({ id: "Ready" }),
);

const percent = z.number().min(0).max(100).describe("0 to 100.");
const amountShape = {
  total_bytes: countField("All there is."),
  used_bytes: countField("Used."),
  free_bytes: countField("Free."),
  percent,
};

export const systemInfo: z.ZodType<SystemInfo> = exactly<SystemInfo, SystemInfo>()(
  z
    .object({
      os: z.object({
        platform: z.string(),
        distro: z.string(),
        release: z.string(),
        arch: z.string(),
        hostname: z.string().nullable().describe("null unless the key may manage models."),
      }),
      cpu: z.object({
        brand: z.string(),
        physical_cores: countField("Physical cores."),
        cores: countField("Cores as the system counts them."),
        percent,
      }),
      memory: z.object(amountShape).meta({ id: "Amount" }),
      gpus: z.array(
        z.object({
          name: z.string(),
          vendor: z.string(),
          memory_bytes: countField("All of it; null when unknown.").nullable(),
          memory_used_bytes: countField("Used; null when unknown.").nullable(),
          percent: percent.nullable(),
        }),
      ),
      disk: z
        .object({ ...amountShape, mount: z.string() })
        .nullable()
        .describe("The disk that holds the models folder; null when unknown."),
      engine: z.object({
        backend: z.string().nullable().describe('"cpu", "cuda", "metal" or "vulkan"; null until a model was loaded.'),
        devices: z.array(z.string()).describe("Names of the devices used; empty on the CPU."),
        threads: countField("Threads for decoding at most; null when unknown.").nullable(),
        threads_in_use: countField("Threads of the last decoding step; null until a step was seen.").nullable(),
        memory_bytes: countField("Resident memory of the engine; null when none runs.").nullable(),
        pid: countField("Process id; null when none runs, or unless the key may manage models.").nullable(),
        version: z.string(),
      }),
      cpu_usage: percent,
      memory_usage: percent,
      gpu_info: z
        .object({ name: z.string(), memory_bytes: countField("All of it; null when unknown.").nullable() })
        .nullable(),
      active_model: z.string().nullable(),
      models: z.array(residentModel).describe("Everything in memory, on its way in or on its way out."),
      uptime: amountField("Seconds since the start."),
      request_count: countField(
        "Requests answered since the start, without those of watchers: GET /health, GET /ready, a notebook's cards.",
      ),
      sampled_at: momentField("When the machine was last measured."),
    })
    .meta({ id: "SystemInfo" }),
);

const requestState = z.enum(["queued", "loading", "prefilling", "decoding"]);
const requestEntry = exactly<RequestEntry, RequestEntry>()(
  z
    .object({
      id: z.string(),
      route: z.string().describe('"POST /generate" and the like.'),
      model: z.string().nullable(),
      state: z.enum([...requestState.options, "done", "failed", "cancelled"]),
      position: countField("Place in the queue, 1 is next; null when not waiting.").nullable(),
      started_at: momentField("When it arrived."),
      elapsed_ms: amountField("Milliseconds since then."),
      prompt_tokens: countField("Tokens of the prompt; null until known.").nullable(),
      completion_tokens: countField("Tokens made until now."),
      client: z.string().describe('Name of the key it came with: "local" without one.'),
      status: countField("HTTP status once it is known.").nullable(),
      prompt: z.string().nullable().describe("What was asked; null unless the server records it."),
    })
    .meta({ id: "RequestEntry" }),
);

export const requestList: z.ZodType<RequestList> = exactly<RequestList, RequestList>()(
  z.object({ active: z.array(requestEntry), recent: z.array(requestEntry) }).meta({ id: "RequestList" }),
);

export const cancelResponse: z.ZodType<CancelResponse> = exactly<CancelResponse, CancelResponse>()(
  z
    .object({ id: z.string(), cancelled: z.literal(true), state: requestState.describe("Where it was.") })
    .meta({ id: "CancelResponse" }),
);

/** Every error's. */
export const errorBody: z.ZodType<ErrorBody> = exactly<ErrorBody, ErrorBody>()(
  z
    .object({
      detail: z.string().describe("What is wrong, and what to do."),
      error: z.object({
        message: z.string().describe("The same."),
        type: z.string(),
        param: z.string().nullable().describe("The field that is to blame; null when none is."),
        code: z.string().describe("A code of the error table."),
      }),
    })
    .meta({ id: "ErrorBody" }),
);
