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
    let isNew = false;
    onReplyClosed(ctx, (completed) => {
      if (completed) return;
      leaving.abort();
      // the key went nowhere: nobody could use what was published
      if (isNew) void publisher.close();
    });
    const answer = await publisher.publish(call, leaving.signal);
    isNew = answer.is_new;
    return answer;
  },
};
