import type { SystemInfo } from "../../wire/system.js";
import type { Route } from "../route.js";

export const systemInfoRoute: Route = {
  method: "GET",
  path: "/system/info",
  scope: "infer",
  summary: "The machine, the engine and the server.",
  countsAgainstLimit: false,
  handler: (_ctx, { machine, models, requests, startedAt }): SystemInfo => {
    const { sampled_at, ...sample } = machine.sample();
    const [gpu] = sample.gpus;
    return {
      ...sample,
      engine: models.engineInfo(),
      cpu_usage: sample.cpu.percent,
      memory_usage: sample.memory.percent,
      gpu_info: gpu === undefined ? null : { name: gpu.name, memory_bytes: gpu.memory_bytes },
      active_model: models.status().model,
      uptime: (performance.now() - startedAt) / 1000,
      request_count: requests.answered,
      sampled_at,
    };
  },
};
