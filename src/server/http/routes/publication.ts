/** The public address of the lab. */
import { LabError } from "../../errors.js";
import { json } from "../../schema/answer.js";
import { noBody } from "../../schema/body.js";
import { publication, publishBody, publishResponse } from "../../schema/publish.js";
import type { HttpServices } from "../http-services.js";
import { onReplyClosed } from "../reply-closed.js";
import { type Route, route } from "../route.js";

type Publisher = NonNullable<HttpServices["publisher"]>;

export const publicationRoutes: readonly Route[] = [
  route({
    method: "POST",
    path: "/publish",
    scope: "owner",
    summary: "Gives the lab a public address and answers once it has checked it; gives the live one if there is one.",
    limit: "free",
    body: publishBody,
    answer: json(publishResponse),
    example: { body: { expires_in: "8h" } },
    handler: (call, ctx, { publisher = none() }) => {
      const leaving = new AbortController();
      // also after the answer was made: it may not have arrived
      onReplyClosed(ctx, (completed) => {
        if (!completed) leaving.abort();
      });
      return publisher.publish(call, leaving.signal);
    },
  }),
  route({
    method: "GET",
    path: "/publish",
    scope: "owner",
    summary: "Whether and where the lab is published, until when, and who uses it.",
    limit: "free",
    body: noBody,
    answer: json(publication),
    example: {},
    handler: (_none, _ctx, { publisher = none() }) => publisher.status(),
  }),
  route({
    method: "DELETE",
    path: "/publish",
    scope: "owner",
    summary: "Takes the lab off the internet; running requests get 5 s to finish.",
    limit: "free",
    body: noBody,
    answer: json(publication),
    example: {},
    handler: async (_none, _ctx, { publisher = none() }) => {
      await publisher.close();
      return publisher.status();
    },
  }),
];

/** Refuses where there is nothing to publish with. */
function none(): Publisher {
  throw new LabError("not_found", "This server cannot be published from here.");
}
