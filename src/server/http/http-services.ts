/** What the app is given: everything behind it, as plain interfaces where a test may want another. */
import type { Middleware } from "koa";
import type { Identity } from "../access/identity.js";
import type { ListenerAccess } from "../access/listener-access.js";
import type { PassBook } from "../access/pass-book.js";
import type { GrammarGate } from "../engine/local/grammar-gate.js";
import type { Log } from "../log.js";
import type { Machine } from "../machine/machine.js";
import type { Models } from "../models/models.js";
import type { Publisher } from "../publish/publisher.js";
import type { Settings } from "../settings/read-settings.js";
import type { StopResponse } from "../wire/lab.js";
import type { About } from "../wire/system.js";
import type { HttpTimings } from "./http-timings.js";
import type { KeptStreams } from "./kept-streams.js";
import type { RequestLog } from "./request-log.js";

/** What the owner's key may do with the server itself. */
export interface OwnerControls {
  /** How many kernels hold the server. */
  readonly holders: number;
  /** Keeps the server from ending by itself until the returned function is called. */
  hold(): () => void;
  /** Ends everything but the process, which ends once the answer is sent. */
  stop(drainSeconds: number): Promise<StopResponse>;
}

/** What is different at the published listener. */
export interface PublishedRules {
  /** Origins of web pages that may call; others are refused. */
  readonly origins: ReadonlySet<string>;
  /** Stands before the check of keys. For tests that plant a hole. */
  readonly planted?: readonly Middleware[] | undefined;
}

export interface HttpServices {
  readonly settings: Settings;
  readonly log: Log;
  readonly models: Models;
  readonly machine: Machine;
  readonly access: ListenerAccess;
  readonly requests: RequestLog;
  readonly streams: KeptStreams;
  readonly timings: HttpTimings;
  /** Undefined where the server cannot be held or stopped: an app in a test. */
  readonly owner?: OwnerControls | undefined;
  /** Keys given to others; undefined where there are none: an app in a test. */
  readonly passes?: PassBook | undefined;
  /** What a grammar passes before an engine sees it; undefined where engines take any: an app in a test. */
  readonly grammarGate?: Pick<GrammarGate, "check"> | undefined;
  /** Undefined where the server cannot be published. */
  readonly publisher?: Pick<Publisher, "publish" | "status" | "close"> | undefined;
  /** Set for the listener that the tunnel leads to. */
  readonly published?: PublishedRules | undefined;
  /** The routes as `GET /` lists them. */
  readonly routes: About["routes"];
  readonly version: string;
  /** When the server was started, by the monotonic clock (`performance.now()`): the other one is put forward and back. */
  readonly startedAt: number;
  /**
   * True from the moment the server was told to stop: new work is refused and connections are not kept. For a stranger
   * `who` also when the lab's owner has left it.
   */
  isStopping(who?: Identity | null): boolean;
}

/** The same with what the app makes itself when it is not given. */
export type AppParts = Omit<HttpServices, "requests" | "streams" | "timings" | "routes"> &
  Partial<Pick<HttpServices, "requests" | "streams">> & { readonly timings?: Partial<HttpTimings> };
