/**
 * When to look again whether something still is as the status says, and when to mend it. Decides and nothing more.
 *
 * "Online" is what the last look saw; without a next look it would stay true for ever.
 */

export interface WatchRule {
  /** Milliseconds from one look that proved it to the next. */
  readonly everyMs: number;
  /** Milliseconds one look may take. */
  readonly withinMs: number;
  /** Milliseconds from a look that proved nothing to the next. */
  readonly againMs: number;
  /** Looks in a row that prove nothing before it counts as broken; 1 or more. */
  readonly misses: number;
}

/** What is known of the thing. */
export interface Known {
  /** Milliseconds since the last look ended, or since the watch began. */
  readonly lookedMsAgo: number;
  /** Looks in a row that proved nothing. */
  readonly misses: number;
  /** Times it was mended since it last was proven. */
  readonly heals: number;
  /** Milliseconds since it was mended last; undefined when it was not since it last was proven. */
  readonly healedMsAgo: number | undefined;
}

export type WatchStep =
  | { readonly step: "wait"; readonly forMs: number; readonly because: string }
  | { readonly step: "look" | "heal"; readonly because: string };

/** Milliseconds from one mending that did not help to the next: this, doubled each time, up to the most. */
const firstHealPauseMs = 15_000;
const mostHealPauseMs = 300_000;

export const isBroken = ({ misses }: Pick<Known, "misses">, rule: WatchRule): boolean => misses >= rule.misses;

export function nextWatchStep(known: Known, rule: WatchRule): WatchStep {
  const pauseMs = known.misses === 0 ? rule.everyMs : rule.againMs;
  if (isBroken(known, rule) && mayHeal(known)) {
    return { step: "heal", because: `${known.misses} looks in a row proved nothing` };
  }
  const leftMs = pauseMs - known.lookedMsAgo;
  if (leftMs > 0) return { step: "wait", forMs: leftMs, because: "it was looked at a moment ago" };
  return { step: "look", because: known.misses === 0 ? "the last proof is old" : "the last look proved nothing" };
}

function mayHeal({ heals, healedMsAgo }: Known): boolean {
  if (healedMsAgo === undefined) return true;
  return healedMsAgo >= Math.min(firstHealPauseMs * 2 ** Math.min(heals - 1, 10), mostHealPauseMs);
}
