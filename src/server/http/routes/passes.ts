/** Keys that the owner gives to others. */
import { LabError } from "../../errors.js";
import { json } from "../../schema/answer.js";
import { noBody } from "../../schema/body.js";
import { newPass, passBody, passList, revokedPass } from "../../schema/passes.js";
import type { HttpServices } from "../http-services.js";
import { type Route, route } from "../route.js";

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
    handler: (call, _ctx, { passes = none(), log }) => {
      const { pass, key } = passes.create(call);
      log.hide(key);
      return { ...pass.entry(), key };
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

/** Refuses where there are no passes. */
function none(): Passes {
  throw new LabError("not_found", "This server cannot be published from here.");
}
