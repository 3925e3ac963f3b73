import { notPublishable } from "../not-publishable.js";
import type { Route } from "../route.js";

export const publicationRoute: Route = {
  method: "GET",
  path: "/publish",
  scope: "owner",
  summary: "Whether and where the lab is published, until when, and who uses it.",
  countsAgainstLimit: false,
  handler: (_ctx, { publisher = notPublishable() }) => publisher.status(),
};
