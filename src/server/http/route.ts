/** A route is data: what it answers to, who may call it, and what it does. */
import type { ParameterizedContext } from "koa";
import type { Identity, Scope } from "../access/identity.js";
import type { HttpServices } from "./http-services.js";

/** What is known of a request beside what Koa knows. */
export interface LabState {
  requestId: string;
  /** performance.now() when it arrived. */
  arrivedAt: number;
  /** null only on a public route, without a key. */
  identity: Identity | null;
  /** The JSON body of a POST; undefined when there was none. */
  body: unknown;
}

export type LabContext = ParameterizedContext<LabState> & { readonly params?: Readonly<Record<string, string>> };

export interface Route {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** What a key must allow; "public" needs no key at all. */
  readonly scope: Scope | "public";
  /** One sentence for the API's description. */
  readonly summary: string;
  /** True for what makes the engine work. */
  readonly countsAgainstLimit: boolean;
  /** Returns the JSON of the answer, or undefined when it has answered by itself. */
  readonly handler: (ctx: LabContext, services: HttpServices) => unknown;
}
