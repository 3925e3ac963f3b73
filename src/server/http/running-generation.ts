/** A generation tied to the request that asked for it: it ends when the client goes away. */
import type { Caller } from "../engine/caller.js";
import type { Generation } from "../engine/generation.js";
import { LabError } from "../errors.js";
import type { GenerationCall } from "../schema/generation-call.js";
import { statusOfCode } from "./errors.js";
import type { HttpServices } from "./http-services.js";
import { onReplyClosed } from "./reply-closed.js";
import type { RequestRecord } from "./request-record.js";
import type { LabContext } from "./route.js";

/** Whom a generation of this request is made for. */
export function callerOf(ctx: LabContext): Caller {
  const { identity } = ctx.state;
  return {
    key: identity?.id ?? "local",
    isOwner: identity?.isOwner ?? false,
    mayManage: identity?.scopes.has("manage") ?? false,
    models: null,
  };
}

/** A record in the log of requests that is cancelled when the connection ends early, and ended with the reply. */
export function beginRecord(ctx: LabContext, services: HttpServices, route: string): RequestRecord {
  const { name = "local", id = name, budget } = ctx.state.identity ?? {};
  budget?.refuseSpent();
  const record = services.requests.begin(ctx.state.requestId, route, name, id);
  const leave = budget?.enter({ tokens: () => record.tokens(), end: (reason) => record.endWith(reason) });
  onReplyClosed(ctx, (completed) => {
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
  refuseSwap(ctx, services, call.modelId);
  const generation = services.models.generate(call.modelId, call.request, callerOf(ctx), ctx.state.arrivedAt);
  const record = beginRecord(ctx, services, route);
  if (services.settings.record === "full") record.recordPrompt(call.request);
  record.add(generation);
  // in an object, because an async function would await a bare generation
  return { generation, record };
}

/** Loading a model is "manage", by whatever route: a key for "infer" uses the one that is there. */
function refuseSwap(ctx: LabContext, { models }: HttpServices, modelId: string | undefined): void {
  const { model, loading } = models.status();
  if (modelId === undefined || modelId === model || modelId === loading?.model) return;
  const { identity } = ctx.state;
  // the models that a key was given by name are kept in memory for it
  if (identity?.scopes.has("manage") !== false || identity.models?.has(modelId)) return;
  throw new LabError("insufficient_scope", `The key may not load "${modelId}": that needs "manage".`, {
    param: "model_id",
  });
}
