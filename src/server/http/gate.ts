/** Before any route is looked up: is the server meant, and who is asking? Unknown paths tell a stranger nothing. */
import type { Middleware } from "koa";
import { LabError } from "../errors.js";
import type { HttpServices } from "./http-services.js";
import type { RequestFacts, Route } from "./route.js";

const readMethods: readonly string[] = ["GET", "HEAD"];

/** Refuses what is no whole HTTP/1.1 request, and a `Host` that is not ours. */
export function checkHost({ access, published }: HttpServices, routes: readonly Route[]): Middleware<RequestFacts> {
  const publicPaths = publicPathsOf(routes);
  return (ctx, next) => {
    const { host, expect } = ctx.req.headers;
    refuseForm(hostCount(ctx.req.rawHeaders), ctx.req.httpVersionMinor, expect);
    const target = ctx.req.url ?? "";
    // RFC 9112, 3.2.2: in "GET http://name/path" the name in the target is the one that counts
    const named = target.startsWith("/") || target === "*" ? host : /^https?:\/\/([^/?#]*)/i.exec(target)?.[1];
    // HTTP/1.0 has no Host, and health checks still speak it; browsers, whose Host is checked, never do
    const isOldCheck = named === undefined && readMethods.includes(ctx.method) && publicPaths.includes(ctx.path);
    if (isOldCheck && published === undefined) return next();
    if (!access.hosts.allows(host) || !access.hosts.allows(named)) {
      throw new LabError("misdirected_host", misdirected(access.hosts.allows(host) ? named : host));
    }
    return next();
  };
}

function misdirected(header = ""): string {
  // what is no name is not repeated
  const name = /^[a-z0-9._:[\]-]{1,80}$/i.test(header) ? `name "${header}"` : "name in the Host header";
  return (
    `This server does not answer to the ${name}. Use its address, or add the name, without port: ` +
    "allowedHosts of startLab in a cell, --allowed-hosts or LOCALLAB_ALLOWED_HOSTS elsewhere."
  );
}

const hostCount = (rawHeaders: readonly string[]): number =>
  rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === "host").length;

/** RFC 9112, 3.2 and RFC 9110, 10.1.1. Two proxies would read two hosts, or none, as different servers. */
function refuseForm(hosts: number, minorVersion: number, expectation: string | undefined): void {
  if (hosts > 1) {
    throw new LabError("invalid_request", `The request has ${hosts} Host headers. Send one.`);
  }
  if (hosts === 0 && minorVersion > 0) {
    throw new LabError("invalid_request", "The request has no Host header, which HTTP/1.1 needs. Send one.");
  }
  if (expectation !== undefined && expectation.trim().toLowerCase() !== "100-continue") {
    throw new LabError(
      "unsupported_expectation",
      `Expect is "${expectation.slice(0, 80)}". Send 100-continue, or leave it out.`,
    );
  }
}

/** What a browser says of the page behind a request. */
export interface PageHeaders {
  readonly origin?: string | undefined;
  readonly "sec-fetch-site"?: string | string[] | undefined;
}

/**
 * Why a page may not send this; undefined when it may, or when no page sent it.
 *
 * A browser asks first (the preflight) for some requests only: a POST without a body, or with a text, is sent at once.
 */
export function refusalOfPage(
  method: string,
  headers: PageHeaders,
  isAllowed: (origin: string) => boolean,
): string | undefined {
  const { origin, "sec-fetch-site": site } = headers;
  if (readMethods.includes(method)) return undefined;
  if (origin !== undefined) {
    return isAllowed(origin) ? undefined : "A web page of another origin may not change anything here.";
  }
  return site === "cross-site" || site === "same-site"
    ? "A web page of another site may not change anything here."
    : undefined;
}

/** Refuses a web page of another origin that would change something; another port is another origin. */
export function checkOrigin({ access }: HttpServices): Middleware<RequestFacts> {
  return (ctx, next) => {
    const { headers } = ctx.req;
    const reason = refusalOfPage(ctx.method, headers, (origin) =>
      access.hosts.allowsOrigin(origin, headers.host ?? ""),
    );
    if (reason !== undefined) throw new LabError("insufficient_scope", reason);
    return next();
  };
}

/** Finds out who asks. Without a key only reading a public route gets past. */
export function authenticate({ access }: HttpServices, routes: readonly Route[]): Middleware<RequestFacts> {
  const publicPaths = publicPathsOf(routes);
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

const publicPathsOf = (routes: readonly Route[]): string[] =>
  routes.filter(({ scope }) => scope === "public").map(({ path }) => path);
