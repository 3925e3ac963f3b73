import { parsePublish } from "../../schema/parse-publish.js";
import type { PublishResponse } from "../../wire/publish.js";
import { notPublishable } from "../not-publishable.js";
import { onReplyClosed } from "../reply-closed.js";
import type { Route } from "../route.js";

export const publishRoute: Route = {
  method: "POST",
  path: "/publish",
  scope: "owner",
  summary: "Gives the lab a public address and answers once it has checked it; gives the live one if there is one.",
  countsAgainstLimit: false,
  handler: async (ctx, { publisher = notPublishable() }): Promise<PublishResponse> => {
    const call = parsePublish(ctx.state.body);
    const leaving = new AbortController();
    // also after the answer was made: it may not have arrived
    onReplyClosed(ctx, (completed) => {
      if (!completed) leaving.abort();
    });
    return publisher.publish(call, leaving.signal);
  },
};
