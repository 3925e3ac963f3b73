/**
 * Whether a tunnel that ended is opened again, and when. Decides and nothing more: it starts nothing and reads no clock.
 *
 * Times are of the monotonic clock: hours in which the machine slept do not count against ngrok.
 */
import { backoffMs } from "../async/backoff.js";
import type { Retry } from "./ngrok-errors.js";

export interface ReconnectPolicy {
  /** Milliseconds that a tunnel that was never online is tried for when ngrok cannot be reached. Default 30000. */
  readonly startWithinMs: number;
  /** Milliseconds that refusals which usually pass are tried again for. Default 60000. */
  readonly refusedForMs: number;
}

/** What has become of a tunnel so far. Milliseconds of the monotonic clock. */
export interface TunnelHistory {
  readonly beganAtMs: number;
  readonly wasOnline: boolean;
  /** Undefined while it is not online. */
  readonly onlineAtMs?: number | undefined;
  /** When the present outage began; undefined when there is none. */
  readonly lostAtMs?: number | undefined;
  /** When ngrok began to refuse; undefined when it did not. */
  readonly refusedAtMs?: number | undefined;
  /** Attempts that failed since the outage began. */
  readonly failures: number;
}

export interface ReconnectVerdict {
  /** Milliseconds until the next attempt; undefined when there is to be none. */
  readonly afterMs: number | undefined;
  /** Why, for the log. */
  readonly because: string;
  readonly history: TunnelHistory;
}

/** A connection that held this long proves that the trouble is over. */
const stableMs = 10_000;
/** An outage is short or long: for the first half minute attempts stay within a second of each other. */
const shortOutageMs = 30_000;
const shortOutage = { firstMs: 250, mostMs: 800 };
const longOutage = { firstMs: 250, mostMs: 10_000 };
/** Before asking again after a refusal that may pass, halved by the jitter at most: ngrok counts attempts. */
const refusedDelayMs = 4000;

export const newHistory = (nowMs: number): TunnelHistory => ({ beganAtMs: nowMs, wasOnline: false, failures: 0 });

/** The history once the tunnel is online. */
export const wentOnline = (history: TunnelHistory, nowMs: number): TunnelHistory => ({
  ...history,
  wasOnline: true,
  onlineAtMs: nowMs,
  refusedAtMs: undefined,
});

/** What follows when the tunnel ended at `nowMs` for a reason of this kind. `random` is 0 to 1, for the jitter. */
export function afterEnd(
  history: TunnelHistory,
  retry: Retry,
  policy: ReconnectPolicy,
  nowMs: number,
  random: number = Math.random(),
): ReconnectVerdict {
  const outage = outageOf(history, nowMs);
  if (retry === "never") return verdict(outage, undefined, "the same answer would come again");
  if (retry === "healing" && !history.wasOnline) {
    return verdict(outage, undefined, "it was never online, so its request is refused");
  }
  if (retry === "minute") return afterRefusal(outage, policy, nowMs, random);
  const calm = { ...outage, refusedAtMs: undefined };
  if (!history.wasOnline && nowMs - history.beganAtMs >= policy.startWithinMs) {
    return verdict(calm, undefined, `it was not online within ${policy.startWithinMs} ms`);
  }
  const isShort = nowMs - (calm.lostAtMs ?? nowMs) < shortOutageMs;
  const afterMs = backoffMs(calm.failures, isShort ? shortOutage : longOutage, random);
  return verdict(calm, afterMs, isShort ? "the outage may be short" : "the outage is long");
}

function afterRefusal(
  outage: TunnelHistory,
  { refusedForMs }: ReconnectPolicy,
  nowMs: number,
  random: number,
): ReconnectVerdict {
  const refusedAtMs = outage.refusedAtMs ?? nowMs;
  const history = { ...outage, refusedAtMs };
  if (nowMs - refusedAtMs >= refusedForMs) return verdict(history, undefined, `refused for ${refusedForMs} ms`);
  const delayMs = Math.min(refusedDelayMs, refusedForMs / 10);
  return verdict(history, delayMs * (0.5 + random / 2), "the refusal may pass");
}

/** The outage goes on, unless the connection before it held long enough for a new one. */
function outageOf(history: TunnelHistory, nowMs: number): TunnelHistory {
  const isNew = history.onlineAtMs !== undefined && nowMs - history.onlineAtMs >= stableMs;
  return {
    ...history,
    onlineAtMs: undefined,
    lostAtMs: isNew ? nowMs : (history.lostAtMs ?? nowMs),
    failures: isNew ? 1 : history.failures + 1,
  };
}

const verdict = (history: TunnelHistory, afterMs: number | undefined, because: string): ReconnectVerdict => ({
  afterMs,
  because,
  history,
});
