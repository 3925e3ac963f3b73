/**
 * How long refusals and outages are borne, and how long to wait between attempts.
 *
 * The clock is the monotonic one: hours in which the machine slept are not held against ngrok.
 */
import { Backoff } from "../async/backoff.js";
import type { Retry } from "./ngrok-errors.js";
import type { Heartbeat } from "./tunnel-messages.js";

export interface TunnelTiming {
  /** Milliseconds that one attempt may take. Default 15000. */
  readonly connectTimeoutMs: number;
  /** Milliseconds that a tunnel that was never online is tried for when ngrok cannot be reached. Default 30000. */
  readonly startWithinMs: number;
  /** Milliseconds that refusals which usually pass are tried again for. Default 60000. */
  readonly refusedForMs: number;
  /** Default: every 5 s, answered within 10 s. */
  readonly heartbeat: Heartbeat;
}

export const defaultTiming: TunnelTiming = {
  connectTimeoutMs: 15_000,
  startWithinMs: 30_000,
  refusedForMs: 60_000,
  heartbeat: { intervalSeconds: 5, toleranceSeconds: 10 },
};

/** Before asking again after a refusal that may pass, halved by the jitter at most: ngrok counts attempts. */
const refusedDelayMs = 4000;

export class Patience {
  private readonly timing: TunnelTiming;
  private readonly backoff = new Backoff();
  private readonly startedAt = performance.now();
  private wasOnline = false;
  private refusedSince: number | undefined;

  constructor(timing: TunnelTiming) {
    this.timing = timing;
  }

  connected(): void {
    this.wasOnline = true;
    this.refusedSince = undefined;
    this.backoff.connected();
  }

  /** Milliseconds until the next attempt; undefined when there is to be none. */
  delayMs(retry: Retry): number | undefined {
    if (retry === "never") return undefined;
    if (retry === "minute") {
      this.refusedSince ??= performance.now();
      const isOver = performance.now() - this.refusedSince >= this.timing.refusedForMs;
      const delayMs = Math.min(refusedDelayMs, this.timing.refusedForMs / 10);
      return isOver ? undefined : delayMs * (0.5 + Math.random() / 2);
    }
    this.refusedSince = undefined;
    const isOver = !this.wasOnline && performance.now() - this.startedAt >= this.timing.startWithinMs;
    return isOver ? undefined : this.backoff.nextDelayMs();
  }
}
