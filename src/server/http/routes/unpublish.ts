import type { Publication } from "../../wire/publish.js";
import { notPublishable } from "../not-publishable.js";
import type { Route } from "../route.js";

export const unpublishRoute: Route = {
  method: "DELETE",
  path: "/publish",
  scope: "owner",
  summary: "Takes the lab off the internet; running requests get 5 s to finish.",
  countsAgainstLimit: false,
  handler: async (_ctx, { publisher = notPublishable() }): Promise<Publication> => {
    await publisher.close();
    return publisher.status();
  },
};
