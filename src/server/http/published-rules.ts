/** What is different at the published door. */
import type { Middleware } from "koa";
import type { LabState } from "./route.js";

export interface PublishedRules {
  /** Origins of web pages that may call; others are refused. */
  readonly origins: ReadonlySet<string>;
  /** Stands before the check of keys. For tests that plant a hole. */
  readonly planted?: readonly Middleware<LabState>[] | undefined;
}
