/**
 * How long to wait before the next attempt to connect.
 *
 * An outage is short or long. For the first half minute attempts stay within a second of each other, so that a short
 * one is over at once; after that they spread to ten seconds. The jitter keeps many machines from coming back together.
 */

const firstDelayMs = 250;
const shortOutageMs = 30_000;
const mostInShortOutageMs = 800;
const mostMs = 10_000;
/** A connection that held this long proves that the trouble is over. */
const stableMs = 10_000;

export class Backoff {
  private readonly now: () => number;
  private readonly random: () => number;
  private attempts = 0;
  private lostAt: number | undefined;
  private onlineAt: number | undefined;

  /** `now` in milliseconds and `random` from 0 to 1 are there for tests. */
  constructor(now: () => number = () => performance.now(), random: () => number = Math.random) {
    this.now = now;
    this.random = random;
  }

  /** The connection is up. */
  connected(): void {
    this.onlineAt = this.now();
  }

  /** Milliseconds to wait after an attempt that did not connect, or after a connection that was lost. */
  nextDelayMs(): number {
    const isStable = this.onlineAt !== undefined && this.now() - this.onlineAt >= stableMs;
    if (isStable) {
      this.attempts = 0;
      this.lostAt = undefined;
    }
    this.onlineAt = undefined;
    this.lostAt ??= this.now();
    const most = this.now() - this.lostAt < shortOutageMs ? mostInShortOutageMs : mostMs;
    const delay = Math.min(firstDelayMs * 2 ** Math.min(this.attempts, 20), most);
    this.attempts += 1;
    return delay * (0.5 + this.random() / 2);
  }
}
