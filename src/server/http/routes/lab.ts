/** The server itself: what it is, how it is, and its life. */
import { LabError } from "../../errors.js";
import { json } from "../../schema/answer.js";
import { noBody } from "../../schema/body.js";
import { attachEvent, stopBody, stopResponse } from "../../schema/lab.js";
import { about, health, ready, systemInfo } from "../../schema/system.js";
import type { About, Health, Ready } from "../../wire/system.js";
import { onReplyClosed } from "../reply-closed.js";
import { type LabContext, type Route, route } from "../route.js";
import { callerOf } from "../running-generation.js";
import { commentFrame, dataFrame, jsonLine } from "../sse.js";
import { StreamWriter } from "../stream-writer.js";

const name = "LocalLab";

export const labRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/",
    scope: "public",
    summary: "What this is. Without a key, where one is needed, the name and nothing more.",
    limit: "free",
    body: noBody,
    answer: json(about),
    example: {},
    handler: (_none, ctx, { routes, version }): About | Pick<About, "name"> | undefined => {
      const docs = "README.md of LocalLab";
      const answer: About | Pick<About, "name"> =
        ctx.state.identity === null ? { name } : { name, version, docs, routes: [...routes] };
      // a browser takes anything, but names HTML: what a person reads is better there
      if (ctx.accepts("json", "html", "text") === "json") return answer;
      sendText(ctx, answer);
      return undefined;
    },
  }),
  route({
    method: "GET",
    path: "/health",
    scope: "public",
    summary: "200 while the server answers at all. Without a key, where one is needed, nothing more than that.",
    limit: "free",
    body: noBody,
    answer: json(health),
    example: {},
    handler: (_none, ctx, { models, owner, startedAt, version, isStopping }): Health | Pick<Health, "status"> => {
      if (ctx.state.identity === null) return { status: "healthy" };
      const { state, model, loading, slots, waiting, models: resident } = models.status(callerOf(ctx));
      return {
        status: "healthy",
        state: isStopping() ? "stopping" : state,
        model,
        loading,
        slots,
        waiting,
        models: [...resident],
        holders: ctx.state.identity.isOwner ? (owner?.holders ?? null) : null,
        uptime_seconds: (performance.now() - startedAt) / 1000,
        version,
      };
    },
  }),
  route({
    method: "GET",
    path: "/ready",
    scope: "infer",
    summary: "200 when a request would be served now, else 503 with the reason.",
    limit: "free",
    body: noBody,
    answer: json(ready),
    example: {},
    handler: (_none, ctx, { models, isStopping }) => {
      const { state, reason } = models.status(callerOf(ctx));
      const answer: Ready = isStopping()
        ? { ready: false, state: "stopping", reason: "The server is stopping." }
        : { ready: reason === null, state, reason };
      if (!answer.ready) {
        ctx.status = 503;
        ctx.set("Retry-After", "1");
      }
      return answer;
    },
  }),
  route({
    method: "GET",
    path: "/system/info",
    scope: "infer",
    summary: "The machine, the engine and the server.",
    limit: "free",
    body: noBody,
    answer: json(systemInfo),
    example: {},
    handler: (_none, ctx, { machine, models, requests, startedAt }) => {
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
  }),
  route({
    method: "GET",
    path: "/attach",
    scope: "owner",
    summary: "Holds the server for as long as the connection is open. For notebooks.",
    limit: "free",
    body: noBody,
    answer: json(attachEvent, "One event, then comments for as long as the server is held."),
    example: {},
    handler: async (_none, ctx, { owner, timings, version }) => {
      if (owner === undefined) throw new LabError("not_found", "This server cannot be held.");
      const release = owner.hold();
      const writer = new StreamWriter(ctx.res, timings.stallMs);
      const comments = setInterval(() => writer.comment(commentFrame), timings.keepAliveMs);
      onReplyClosed(ctx, () => {
        clearInterval(comments);
        release();
      });
      ctx.respond = false;
      writer.open();
      const event = { pid: process.pid, version, holders: owner.holders };
      await writer.write(dataFrame(jsonLine(event))).catch(() => writer.abandon());
      return undefined;
    },
  }),
  route({
    method: "POST",
    path: "/stop",
    scope: "owner",
    summary: "Ends the server: running requests get drain_seconds to finish.",
    limit: "free",
    body: stopBody,
    answer: json(stopResponse),
    example: { body: { drain_seconds: 0 } },
    handler: (drainSeconds, ctx, { owner }) => {
      if (owner === undefined) throw new LabError("not_found", "This server cannot be stopped from here.");
      ctx.set("Connection", "close");
      return owner.stop(drainSeconds);
    },
  }),
];

/** The same for a person. */
function sendText(ctx: LabContext, answer: About | Pick<About, "name">): void {
  const lines = ["LocalLab, a local LLM server."];
  if ("routes" in answer) {
    lines.push(`Version ${answer.version}. Read more in ${answer.docs}.`, "");
    lines.push(
      ...answer.routes.map(({ method, path, summary }) => `${method.padEnd(6)} ${path.padEnd(18)} ${summary}`),
    );
  }
  ctx.type = "text/plain; charset=utf-8";
  ctx.body = `${lines.join("\n")}\n`;
}
