/** What the doors are given: everything behind them, as plain interfaces where a test may want another. */
import type { DoorAccess } from "../access/door-access.js";
import type { Identity } from "../access/identity.js";
import type { PassBook } from "../access/pass-book.js";
import type { Log } from "../log.js";
import type { Machine } from "../machine/machine.js";
import type { Models } from "../models/models.js";
import type { Publisher } from "../publish/publisher.js";
import type { Settings } from "../settings/read-settings.js";
import type { HttpTimings } from "./http-timings.js";
import type { OwnerControls } from "./owner-controls.js";
import type { PublishedRules } from "./published-rules.js";
import type { RequestLog } from "./request-log.js";

export interface HttpServices {
  readonly settings: Settings;
  readonly log: Log;
  readonly models: Models;
  readonly machine: Machine;
  readonly access: DoorAccess;
  readonly requests: RequestLog;
  readonly timings: HttpTimings;
  /** Undefined where nobody may hold or stop the server: an app in a test. */
  readonly owner?: OwnerControls | undefined;
  /** Keys given to others; undefined where there are none: an app in a test. */
  readonly passes?: PassBook | undefined;
  /** Undefined where the server cannot be published. */
  readonly publisher?: Pick<Publisher, "publish" | "status" | "close"> | undefined;
  /** Set for the door that the tunnel leads to. */
  readonly published?: PublishedRules | undefined;
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
export type AppParts = Omit<HttpServices, "requests" | "timings"> &
  Partial<Pick<HttpServices, "requests">> & { readonly timings?: Partial<HttpTimings> };
