/** Keys that the owner gives to others. */
import type { MadePass } from "../../access/pass-book.js";
import type { Caller } from "../../engine/caller.js";
import { LabError } from "../../errors.js";
import { json } from "../../schema/answer.js";
import { noBody } from "../../schema/body.js";
import { newPass, type PassCall, passBody, passList, revokedPass } from "../../schema/passes.js";
import type { HttpServices } from "../http-services.js";
import { onReplyClosed } from "../reply-closed.js";
import { type Route, route } from "../route.js";
import { callerOf } from "../running-generation.js";

type Passes = NonNullable<HttpServices["passes"]>;

export const passRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/passes",
    scope: "owner",
    summary: "Makes a key for one person, with scopes, an end and a budget. Only this answer has the key.",
    limit: "free",
    body: passBody,
    answer: json(newPass),
    example: { body: { name: "Ann", expires_in: "8h", max_tokens: 100_000 } },
    handler: async (call, ctx, services) => {
      const { passes = none(), log } = services;
      const models = modelsOf(call, callerOf(ctx), services);
      const gone = new AbortController();
      let made: MadePass | undefined;
      onReplyClosed(ctx, (completed) => {
        if (completed) return;
        gone.abort();
        // its key reached no client, and its models would stay in memory for it
        made?.pass.revoke();
      });
      const unpin = models === null ? () => {} : await services.models.pin(models, gone.signal);
      try {
        if (gone.signal.aborted) throw new LabError("request_cancelled", "The connection was closed.");
        made = passes.create({ ...call, models, onOver: unpin });
        log.hide(made.key);
        return { ...made.pass.entry(), key: made.key };
      } catch (error) {
        unpin();
        throw error;
      }
    },
  }),
  route({
    method: "GET",
    path: "/passes",
    scope: "owner",
    summary: "Every pass and what was used of it.",
    limit: "free",
    body: noBody,
    answer: json(passList),
    example: {},
    handler: (_none, _ctx, { passes = none() }) => ({ passes: passes.list().map((pass) => pass.entry()) }),
  }),
  route({
    method: "DELETE",
    path: "/passes/:id",
    scope: "owner",
    summary: "Ends a pass; what runs with it is ended too.",
    limit: "free",
    body: noBody,
    answer: json(revokedPass),
    example: { path: "/passes/pass_1" },
    handler: (_none, ctx, { passes = none() }) => {
      const pass = passes.get(ctx.params?.id ?? "");
      const ended_requests = pass.revoke();
      return { ...pass.entry(), ended_requests };
    },
  }),
];

/**
 * Ids of the models of a new pass; null for every one. Without a word of the owner: those of the publication, else the
 * one that is loaded, for a key that may only make text.
 */
function modelsOf({ models, scopes }: PassCall, owner: Caller, services: HttpServices): readonly string[] | null {
  if (models === "every") return null;
  if (models !== null || scopes.some((scope) => scope !== "infer")) return models;
  const published = services.publisher?.status();
  if (published?.url) return published.models;
  const { model } = services.models.status(owner);
  return model === null ? null : [model];
}

/** Refuses where there are no passes. */
function none(): Passes {
  throw new LabError("not_found", "This server cannot be published from here.");
}
