/** Which requests show that the owner is there: those with a key of the owner, not those of visitors. */
import type { IncomingHttpHeaders, RequestListener } from "node:http";
import type { Identity } from "../access/identity.js";
import type { Lifetime } from "../lifetime.js";

/** Names of the keys that the house itself goes by. */
const house: readonly string[] = ["owner", "api-key", "local"];

/** True for a key that was given to a visitor. A request without a known key is no stranger. */
export function isStranger(who: Pick<Identity, "id"> | null | undefined): boolean {
  return who != null && !house.includes(who.id);
}

/**
 * The same listener; while it answers a request by which the owner does something, and from its end on, the lifetime
 * counts that. Reading alone, such as the health check of a supervisor, keeps nothing up.
 */
export function notePresence(
  serve: RequestListener,
  lifetime: Pick<Lifetime, "work">,
  access: { identify(headers: IncomingHttpHeaders): Pick<Identity, "id"> },
): RequestListener {
  const isOfTheHouse = (headers: IncomingHttpHeaders): boolean => {
    try {
      return !isStranger(access.identify(headers));
    } catch {
      // without a key, or with a wrong one: the app says so
      return false;
    }
  };
  return (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD" && isOfTheHouse(request.headers)) {
      const leave = lifetime.work();
      response.once("close", () => leave(response.headersSent && response.statusCode < 400));
    }
    serve(request, response);
  };
}
