/**
 * In whose words an error is told: LocalLab's own, or those of the API that a client speaks.
 *
 * An error may come before a route is known (a strange host, a wrong key), so the path and the headers decide.
 */
import type { IncomingHttpHeaders } from "node:http";
import { anthropicError } from "./anthropic/errors.js";
import type { ErrorReply, ToldError } from "./errors.js";
import { openaiError } from "./openai/errors.js";
import type { Route } from "./route.js";

export interface Dialect {
  readonly name: "locallab" | "openai" | "anthropic";
  error(reply: ErrorReply, requestId: string): ToldError;
}

const locallab: Dialect = { name: "locallab", error: ({ status, body }) => ({ status, body }) };
const openai: Dialect = { name: "openai", error: openaiError };
const anthropic: Dialect = { name: "anthropic", error: anthropicError };

/** A request as far as it says which API is meant. */
interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** The dialect of a request. Paths below `/v1` that are no route have the one that the client speaks. */
export function dialectOf({ path, headers }: Asked, routes: readonly Pick<Route, "path" | "dialect">[]): Dialect {
  const named = routes.find((route) => route.dialect !== undefined && isAt(route.path, path))?.dialect;
  const said = named ?? (/^\/v1(?:\/|$)/.test(path) ? "asked" : undefined);
  if (said === undefined) return locallab;
  const spoken = speaksAnthropic(headers) ? anthropic : openai;
  return { openai, anthropic, asked: spoken }[said];
}

/** Where two APIs have one path, Anthropic's clients are known by the version that each of their requests names. */
export const speaksAnthropic = (headers: IncomingHttpHeaders): boolean => headers["anthropic-version"] !== undefined;

/** Whether a route's path, which may end in `/*name`, is the one asked for. */
function isAt(pattern: string, path: string): boolean {
  const [start = "", rest] = pattern.split("/*");
  return rest === undefined ? start === path : path.startsWith(`${start}/`);
}
