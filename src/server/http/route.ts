/** A route is data: what it answers to, who may call it, what it takes and what it gives. */
import type { ParameterizedContext } from "koa";
import type { Identity, Scope } from "../access/identity.js";
import type { Answer } from "../schema/answer.js";
import type { Body } from "../schema/body.js";
import type { ErrorBody } from "../wire/system.js";
import type { HttpServices } from "./http-services.js";
import type { KeptStream } from "./kept-stream.js";

/** What is known of a request beside what Koa knows. */
export interface RequestFacts {
  requestId: string;
  /** performance.now() when it arrived. */
  arrivedAt: number;
  /** null only on a public route, without a key. */
  identity: Identity | null;
  /** "POST /generate" and the like; "" before the route is known. */
  route: string;
  /** What keeps its stream when the connection is lost; undefined where nothing does. */
  stream?: Pick<KeptStream, "isRunning" | "over">;
}

export type LabContext = ParameterizedContext<RequestFacts> & { readonly params?: Readonly<Record<string, string>> };

/** Whose API a route belongs to; "asked": two have it, and the client says which one it speaks. */
export type RouteDialect = "openai" | "anthropic" | "asked";

/** JSON, or undefined when the handler has answered by itself. An error only where a route deviates from the table. */
type Reply<Value> = Value | ErrorBody | undefined;

export interface Route<Call = unknown, Value = unknown> {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** What a key must allow; "public" needs no key at all. */
  readonly scope: Scope | "public";
  /** One sentence for the API's description. */
  readonly summary: string;
  /** Whose API it belongs to: its errors are told in that API's words. Default LocalLab's own. */
  readonly dialect?: RouteDialect;
  /** "counted" for what makes the engine work: it counts against the rate limit and is refused while stopping. */
  readonly limit: "counted" | "free";
  /** What it takes. Only a POST has its body read; the others have `noBody`. */
  readonly body: Body<Call>;
  readonly answer: Answer<Value>;
  /** A request that can be sent as it is: its path when that has a parameter, and its body. */
  readonly example: { readonly path?: string; readonly body?: Readonly<Record<string, unknown>> };
  /** Gets the body once it was checked. */
  handler(call: Call, ctx: LabContext, services: HttpServices): Reply<Value> | Promise<Reply<Value>>;
}

/** The route as one of many. Ties the handler to the body and the answer that are said beside it. */
export function route<Call, Value>(
  one: Omit<Route<Call, Value>, "handler"> & {
    handler(call: NoInfer<Call>, ctx: LabContext, services: HttpServices): Reply<Value> | Promise<Reply<Value>>;
  },
): Route {
  return one as Route;
}

/** "POST /generate" and the like. */
export const nameOf = ({ method, path }: Pick<Route, "method" | "path">): string => `${method} ${path}`;
