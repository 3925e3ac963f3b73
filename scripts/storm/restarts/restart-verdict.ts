import type { Round } from "./kill-plan.js";

/** What was seen of one round: servers started, one of them killed. */
export interface RoundSeen {
  readonly round: Round;
  /** Milliseconds from the start to the first of them that listened; null when none did. Not known of phase "start". */
  readonly listenedMs: number | null | undefined;
  /** How many of them said that they listen. */
  readonly listening: number;
  /** What those said that had ended while one listened. */
  readonly refusals: readonly string[];
  /** Processes and files of earlier servers that were still there 5 s after one listened. */
  readonly left: readonly string[];
  /** What went wrong while it worked. */
  readonly troubles: readonly string[];
}

export interface RestartsSeen {
  readonly rounds: readonly RoundSeen[];
  /** Longest time this process itself was not served, in milliseconds. */
  readonly slackMs: number;
  /** What the last server answered to a prompt: "answer", or what came instead. */
  readonly lastAnswer: string;
  /** The last server's exit code; null when it did not end. */
  readonly lastExit: number | null;
  /** Processes, files and sessions of the tunnel left when all was over. */
  readonly left: readonly string[];
}

/** Milliseconds within which a server listens, whatever the one before has left. */
const startLimitMs = 10_000;

/** What is wrong, one sentence each; empty when every restart went as it should. */
export function restartProblems({ rounds, slackMs, lastAnswer, lastExit, left }: RestartsSeen): string[] {
  return [
    ...(rounds.length === 0 ? ["No server was killed."] : []),
    ...rounds.flatMap((seen, place) => problemsOf(seen, slackMs).map((what) => `round ${place + 1}: ${what}`)),
    ...(lastAnswer === "answer" ? [] : [`The last server gave ${lastAnswer}.`]),
    ...(lastExit === 0 ? [] : [`The last server ended with ${lastExit ?? "no exit at all"}.`]),
    ...left.map((what) => `The last server left ${what}`),
  ];
}

function problemsOf({ round, listenedMs, listening, refusals, left, troubles }: RoundSeen, slackMs: number): string[] {
  const limitMs = startLimitMs + slackMs;
  const wrong = refusals.filter((said) => !/^A lab called "/m.test(said));
  return [
    ...(listenedMs === null ? ["no server listened"] : []),
    ...(listenedMs && listenedMs > limitMs ? [`a server listened only after ${(listenedMs / 1000).toFixed(1)} s`] : []),
    ...(listening > 1 ? [`${listening} servers listened under one name`] : []),
    ...(round.phase !== "start" && listening + refusals.length < round.rivals
      ? [`${round.rivals - listening - refusals.length} servers neither listened nor gave up`]
      : []),
    ...wrong.map((said) => `a server ended, and it said: ${said || "nothing"}`),
    ...left.map((what) => `an earlier server left ${what}`),
    ...troubles,
  ];
}
