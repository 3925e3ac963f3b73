/** What a request gets whose path or method no route has: an error that names the route that was probably meant. */
import type { Middleware } from "koa";
import { LabError } from "../errors.js";
import { slips } from "../text/slips.js";
import { type LabContext, nameOf, type RequestFacts, type Route } from "./route.js";

export function noRoute(routes: readonly Route[]): Middleware<RequestFacts> {
  return (ctx) => {
    const matched = (ctx as LabContext & { matched?: { methods: string[] }[] }).matched ?? [];
    const methods = [...new Set(matched.flatMap((layer) => layer.methods))];
    if (methods.length === 0) throw new LabError("not_found", notFoundMessage(ctx.path, routes, ctx.method));
    ctx.set("Allow", [...methods, "OPTIONS"].join(", "));
    if (ctx.method === "OPTIONS") {
      ctx.status = 204;
      return;
    }
    throw new LabError("method_not_allowed", `${ctx.method} is not possible here. Use ${methods.join(" or ")}.`);
  };
}

/** Letters of a path that are shown and compared. */
const shownLetters = 80;

/**
 * Says which route was probably meant: the same path but for slashes and case, else the nearest one, of this method where
 * one is near.
 */
export function notFoundMessage(
  path: string,
  routes: readonly Pick<Route, "method" | "path">[],
  method: string = "",
): string {
  if (/^\/api\/\w/.test(path)) return aboutOllama(path, routes);
  const meant = tidy(path);
  const same = routes.filter((route) => fits(route.path, meant));
  if (same.length > 0) {
    const where = same.map((route) => `${route.method} ${/[:*]/.test(route.path) ? meant : route.path}`).join(", ");
    return `No such route: paths are written with single slashes, none at the end, in lower case. Use ${where}.`;
  }
  const ofMethod = routes.filter((route) => route.method === method).map((route) => route.path);
  const nearest = nearestPath(meant, ofMethod) ?? nearestPath(meant, [...new Set(routes.map((route) => route.path))]);
  const names = routes.filter((route) => route.path === nearest).map((route) => nameOf(route).replace("/*id", "/{id}"));
  const hint = names.length > 0 ? `The nearest is ${names.join(", ")}. ` : "";
  return `No such route. ${hint}GET / lists the ones that are.`;
}

/** What serves instead of Ollama's routes. */
const insteadOfOllama: Readonly<Record<string, readonly string[]>> = {
  chat: ["POST /v1/chat/completions", "POST /chat"],
  generate: ["POST /v1/completions", "POST /generate"],
  embed: ["POST /v1/embeddings"],
  embeddings: ["POST /v1/embeddings"],
  tags: ["GET /v1/models", "GET /models/available"],
  show: ["GET /v1/models", "GET /models/available"],
  ps: ["GET /health"],
  version: ["GET /"],
};

function aboutOllama(path: string, routes: readonly Pick<Route, "method" | "path">[]): string {
  const there = routes.map(nameOf);
  const instead = (insteadOfOllama[path.split("/")[2] ?? ""] ?? []).filter((name) => there.includes(name));
  const use = instead.length > 0 ? `Use ${instead.join(" or ")}. ` : "";
  return `No such route: this server does not speak Ollama's own API, but OpenAI's and Anthropic's below /v1. ${use}GET / lists the routes there are.`;
}

/** The path as a route would have it: single slashes, none at the end, lower case up to a parameter. */
function tidy(path: string): string {
  const single = path
    .slice(0, shownLetters)
    .replace(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "");
  return single.replace(/[^\x20-\x7e]/g, "?");
}

/** Whether the route has this path, whatever the case of its own words. */
function fits(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return (
    wanted.length === given.length &&
    wanted.every((part, at) => (/^[:*]/.test(part) ? given[at] !== "" : part === given[at]?.toLowerCase()))
  );
}

/** The pattern that takes the fewest changes of letters; undefined when it takes more than half of its own. */
function nearestPath(path: string, patterns: readonly string[]): string | undefined {
  const ranked = patterns
    .map((pattern) => ({ pattern, changes: slips(path.toLowerCase(), pattern) }))
    .filter(({ pattern, changes }) => changes <= pattern.length / 2)
    .sort((one, other) => one.changes - other.changes);
  return ranked[0]?.pattern;
}
