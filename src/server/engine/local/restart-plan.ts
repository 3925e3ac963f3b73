/** Whether an engine that ended comes back, and when. Pure; it counts events, so that a slow failure counts as well. */

/** `not-started`: no process could be had, which says nothing about the engine. */
export type Trouble = "died" | "not-loaded" | "not-started";

export interface Troubles {
  /** What went wrong since the engine last answered a request, the oldest first. */
  readonly sinceItAnswered: readonly Trouble[];
  /** Deaths within the last minute, whatever it answered between them. */
  readonly deathsInAMinute: number;
}

export type RestartStep =
  | { readonly again: true; readonly afterMs: number }
  | { readonly again: false; readonly reason: string };

/** Failures in a row that are forgiven. */
const forgiven = 3;
/** Attempts for which no process could be had: about five minutes of them. */
const forgivenStarts = 30;
/** Deaths within a minute that are forgiven when it worked in between. */
const forgivenInAMinute = 10;
/** Pause before the first, second … attempt, in milliseconds. */
const pausesMs = [50, 500, 2000];
const startPausesMs = [500, 1000, 2000, 5000, 10_000];

export function planRestart({ sinceItAnswered, deathsInAMinute }: Troubles): RestartStep {
  const notStarted = sinceItAnswered.filter((trouble) => trouble === "not-started").length;
  const failures = sinceItAnswered.length - notStarted;
  if (failures > forgiven) {
    return { again: false, reason: `it failed ${failures} times in a row and answered nothing in between` };
  }
  if (deathsInAMinute > forgivenInAMinute) {
    return { again: false, reason: `it died ${deathsInAMinute} times within a minute` };
  }
  if (notStarted > forgivenStarts) {
    return { again: false, reason: `no process could be started for it, ${notStarted} times in a row` };
  }
  const [pauses, attempt] =
    sinceItAnswered.at(-1) === "not-started" ? [startPausesMs, notStarted] : [pausesMs, failures];
  return { again: true, afterMs: pauses[attempt - 1] ?? (pauses.at(-1) as number) };
}
