/**
 * Is an engine process still there? Pure: what was seen goes in, the verdict and its reason come out.
 *
 * A process that computes answers late: one native step of a long prompt may block it for seconds on a slow machine.
 * One that was stopped, or waits for what never comes, uses no processor time. So silence alone is shown, but ends it
 * only when it does not compute, or when requests wait for it to let go. One that was silent for seconds of its own
 * processor time is in a loop (a template, a tokenizer), however busy the machine is: a step of decoding silences nothing.
 */

/** What is known of a process at one moment, in milliseconds. */
export interface Signs {
  /** For how long it has left a question unanswered; 0 when there is none. */
  readonly silentMs: number;
  /** For how long it has used no processor time; null where that cannot be seen. */
  readonly stillMs: number | null;
  /** Processor time that it used while it was silent; null where that cannot be seen. */
  readonly computedMs: number | null;
  /** For how long it has gone on with something that it was asked to end; null when there is nothing of the kind. */
  readonly defiantMs: number | null;
}

export interface Verdict {
  /** `quiet`: it does not respond, and may come back. `dead`: end it. */
  readonly state: "well" | "quiet" | "dead";
  /** As a part of a sentence; "" when it is well. */
  readonly reason: string;
}

const quietAfterMs = 3000;
const stillAfterMs = 2000;
/** How long an end that was asked for may take: of one that is still or loops, one that computes, one that answers otherwise. */
const defiance = { stillMs: 1000, computingMs: 5000, answeringMs: 60_000 };
/** How long silence may last when no request is to be ended. A stopped process that goes on in time loses nothing. */
const silence = { stillMs: 30_000, computingMs: 120_000 };

/** Processor time used in silence after which a process is taken to be in a loop. */
const loopMs = 4000;

export function watch({ silentMs, stillMs, computedMs, defiantMs }: Signs): Verdict {
  if (silentMs < quietAfterMs) {
    if (defiantMs === null || defiantMs < defiance.answeringMs) return { state: "well", reason: "" };
    return { state: "dead", reason: `it went on for ${seconds(defiantMs)} with what it was asked to end` };
  }
  const isStill = stillMs !== null && stillMs >= stillAfterMs;
  const says = isStill ? "it did nothing and answered nothing" : "it answered nothing";
  const isLooping = computedMs !== null && computedMs >= loopMs;
  const mostDefiance = isStill || isLooping ? defiance.stillMs : defiance.computingMs;
  if (defiantMs !== null && defiantMs >= mostDefiance) {
    return { state: "dead", reason: `${says} for ${seconds(silentMs)} while requests were to be ended` };
  }
  const mostSilence = isStill ? silence.stillMs : silence.computingMs;
  if (silentMs >= mostSilence) return { state: "dead", reason: `${says} for ${seconds(silentMs)}` };
  return { state: "quiet", reason: `it has not answered for ${seconds(silentMs)}` };
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
