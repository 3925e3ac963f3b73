import type { SystemInfo } from "../../wire/system.js";
import type { Route } from "../route.js";
import { callerOf } from "../running-generation.js";

export const systemInfoRoute: Route = {
  method: "GET",
  path: "/system/info",
  scope: "infer",
  summary: "The machine, the engine and the server.",
  countsAgainstLimit: false,
  handler: (ctx, { machine, models, requests, startedAt }): SystemInfo => {
    const caller = callerOf(ctx);
    const { sampled_at, os, ...sample } = machine.sample();
    const { model, models: resident } = models.status(caller);
    const [gpu] = sample.gpus;
    return {
      os: { ...os, hostname: caller.mayManage ? os.hostname : null },
      ...sample,
      engine: models.engineInfo(caller),
      cpu_usage: sample.cpu.percent,
      memory_usage: sample.memory.percent,
      gpu_info: gpu === undefined ? null : { name: gpu.name, memory_bytes: gpu.memory_bytes },
      active_model: model,
      models: [...resident],
      uptime: (performance.now() - startedAt) / 1000,
      request_count: requests.answered,
      sampled_at,
    };
  },
};
