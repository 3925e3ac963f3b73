/** Before any route is looked up: is the server meant, and who is asking? Unknown paths tell a stranger nothing. */
import type { Middleware } from "koa";
import { LabError } from "../errors.js";
import type { HttpServices } from "./http-services.js";
import type { LabState, Route } from "./route.js";

const readMethods: readonly string[] = ["GET", "HEAD"];

/** Refuses a `Host` that is not ours, and a page of another origin that would change something. */
export function checkHost({ access }: HttpServices): Middleware<LabState> {
  return (ctx, next) => {
    const { host, origin } = ctx.req.headers;
    const target = ctx.req.url ?? "";
    // RFC 9112, 3.2.2: in "GET http://name/path" the name in the target is the one that counts
    const named = target.startsWith("/") || target === "*" ? host : /^https?:\/\/([^/?#]*)/i.exec(target)?.[1];
    if (!access.hosts.allows(host) || !access.hosts.allows(named)) {
      throw new LabError(
        "misdirected_host",
        "This server does not answer to the name in the Host header. Use its address, or add the name to LOCALLAB_ALLOWED_HOSTS.",
      );
    }
    if (origin !== undefined && !readMethods.includes(ctx.method) && !access.hosts.allowsOrigin(origin)) {
      throw new LabError("insufficient_scope", "A web page of another origin may not change anything here.");
    }
    return next();
  };
}

/** Finds out who asks. Without a key only reading a public route gets past. */
export function authenticate({ access }: HttpServices, routes: readonly Route[]): Middleware<LabState> {
  const publicPaths = routes.filter(({ scope }) => scope === "public").map(({ path }) => path);
  return (ctx, next) => {
    try {
      ctx.state.identity = access.identify(ctx.req.headers);
    } catch (error) {
      const isPublic = readMethods.includes(ctx.method) && publicPaths.includes(ctx.path);
      if (!(isPublic && error instanceof LabError && error.code === "missing_api_key")) throw error;
    }
    return next();
  };
}
