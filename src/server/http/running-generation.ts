/** A generation tied to the request that asked for it: it ends when the client goes away. */
import type { Caller } from "../engine/caller.js";
import type { Generation } from "../engine/generation.js";
import { LabError } from "../errors.js";
import type { GenerationCall } from "../schema/generation-call.js";
import { statusOfCode } from "./errors.js";
import type { HttpServices } from "./http-services.js";
import { onWorkOver } from "./reply-closed.js";
import type { RequestRecord } from "./request-record.js";
import type { LabContext } from "./route.js";

/** A request without a key where one is needed: may see and do nothing with models. */
const stranger: Caller = { key: "stranger", isOwner: false, mayManage: false, models: new Set() };

/** Whom a generation of this request is made for. */
export const callerOf = (ctx: LabContext): Caller => ctx.state.identity ?? stranger;

/** A record in the log of requests that is cancelled when the connection ends early and nothing keeps its stream, and ended with the work. */
export function beginRecord(ctx: LabContext, services: HttpServices, route: string): RequestRecord {
  const { name = "local", id = name, budget } = ctx.state.identity ?? {};
  budget?.refuseSpent();
  const record = services.requests.begin(ctx.state.requestId, route, name, id);
  const leave = budget?.enter({ tokens: () => record.tokens(), end: (reason) => record.endWith(reason) });
  onWorkOver(ctx, (completed) => {
    if (!completed) record.cancel("client");
    leave?.();
    record.end(completed ? ctx.res.statusCode : statusOfCode.request_cancelled);
  });
  return record;
}

/** Begins a generation for this request. Throws what `Models.generate` throws at once. */
export function startGeneration(
  ctx: LabContext,
  services: HttpServices,
  route: string,
  call: GenerationCall,
): { readonly generation: Generation; readonly record: RequestRecord } {
  if (ctx.req.socket.destroyed) throw new LabError("request_cancelled", "The connection was closed.");
  ctx.state.identity?.budget?.refuseSpent();
  const generation = services.models.generate(call.modelId, call.request, callerOf(ctx), ctx.state.arrivedAt);
  const record = beginRecord(ctx, services, route);
  if (services.settings.record === "full") record.recordPrompt(call.request);
  record.add(generation);
  // in an object, because an async function would await a bare generation
  return { generation, record };
}
