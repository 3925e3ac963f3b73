import { parsePass } from "../../schema/parse-pass.js";
import type { NewPass } from "../../wire/passes.js";
import { notPublishable } from "../not-publishable.js";
import type { Route } from "../route.js";

export const createPassRoute: Route = {
  method: "POST",
  path: "/passes",
  scope: "owner",
  summary: "Makes a key for one person, with scopes, an end and a budget. The key is told this one time.",
  countsAgainstLimit: false,
  handler: (ctx, { passes = notPublishable(), log }): NewPass => {
    const { pass, key } = passes.create(parsePass(ctx.state.body));
    log.hide(key);
    return { ...pass.entry(), key };
  },
};
