/** The requests that run, wait or ended lately. */
import type { Identity } from "../../access/identity.js";
import { json } from "../../schema/answer.js";
import { noBody } from "../../schema/body.js";
import { cancelResponse, requestList } from "../../schema/system.js";
import { type Route, route } from "../route.js";

export const requestRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/requests",
    scope: "infer",
    summary: "Your requests that run, wait or ended lately; the owner sees those of every key.",
    limit: "free",
    body: noBody,
    answer: json(requestList),
    example: {},
    handler: (_none, ctx, { requests }) => requests.list(ctx.state.identity as Identity),
  }),
  route({
    method: "DELETE",
    path: "/requests/:id",
    scope: "infer",
    summary: "Ends a request of yours that runs or waits; the owner may end everyone's.",
    limit: "free",
    body: noBody,
    answer: json(cancelResponse),
    example: { path: "/requests/req_kw6C-156nwcFHz79" },
    handler: (_none, ctx, { requests }) => requests.cancel(ctx.params?.id ?? "", ctx.state.identity as Identity),
  }),
];
