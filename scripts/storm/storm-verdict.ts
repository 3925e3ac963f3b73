import type { Outcome } from "./send-call.js";

/** What was seen of a storm. */
export interface StormSeen {
  readonly outcomes: readonly Outcome[];
  /** Longest time this process itself was not served; a call may seem late by that much. */
  readonly slackMs: number;
  /** Answers of GET /health during the storm, in ms; null for one that did not come. */
  readonly healthsMs: readonly (number | null)[];
  /** Whether the server's process was there to the end. */
  readonly serverLived: boolean;
  /** Milliseconds until nothing ran or waited any more; null when that never came. */
  readonly calmMs: number | null;
  /** What a last request to each model got: "answer" or what it got instead. */
  readonly lastAnswers: ReadonlyMap<string, string>;
  /** Processes below the server, some time after the storm, that are stopped. */
  readonly hung: readonly string[];
  /** Processes that the ended server left. */
  readonly leftBehind: readonly string[];
  /** Resident bytes of the server before and after. */
  readonly serverBytes: { readonly before: number; readonly after: number };
}

/** Bytes the server may hold on to: code that is compiled, and what was allocated once. */
const growthBytes = 64 * 2 ** 20;
/** Milliseconds within which /health answers, whatever an engine does. */
const healthLimitMs = 5000;
/** Milliseconds beyond what was measured. */
const leastSlackMs = 500;

/** What is wrong, one sentence each; empty when the server withstood. */
export function stormProblems(seen: StormSeen): string[] {
  const slackMs = seen.slackMs + leastSlackMs;
  const bad = seen.outcomes.filter(({ isAllowed }) => !isAllowed);
  const late = seen.outcomes.filter(({ isAllowed, tookMs, limitMs }) => isAllowed && tookMs > limitMs + slackMs);
  const healths = seen.healthsMs.filter((ms) => ms === null || ms > healthLimitMs + slackMs);
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  const { before, after } = seen.serverBytes;
  return [
    ...(seen.serverLived ? [] : ["The server ended."]),
    ...(seen.outcomes.some(({ end }) => end === "answer") ? [] : ["No call got an answer."]),
    ...bad.map(({ end, tookMs, detail }) => `${end} after ${seconds(tookMs)}: ${detail}`),
    ...late.map(
      ({ end, tookMs, limitMs, detail }) => `${end} after ${seconds(tookMs)}, limit ${seconds(limitMs)}: ${detail}`,
    ),
    ...contradictions(seen.outcomes),
    ...(healths.length === 0
      ? []
      : [`/health did not answer within ${seconds(healthLimitMs)}, ${healths.length} times.`]),
    ...(seen.calmMs === null ? ["Requests still ran or waited long after all clients had gone."] : []),
    ...[...seen.lastAnswers]
      .filter(([, end]) => end !== "answer")
      .map(([model, end]) => `After the storm a request to "${model}" got ${end}.`),
    ...seen.hung.map((what) => `A stopped process was kept: ${what}`),
    ...seen.leftBehind.map((what) => `The ended server left ${what}`),
    ...(after - before > growthBytes ? [`The server grew from ${mib(before)} to ${mib(after)}.`] : []),
  ];
}

/** Of two answers without chance to one question, the shorter is the beginning of the longer, whoever asked beside it. */
function contradictions(outcomes: readonly Outcome[]): string[] {
  const longest = new Map<string, string>();
  const sayings = outcomes.flatMap(({ said }) => said ?? []);
  for (const { question, text } of sayings) {
    if (text.length > (longest.get(question) ?? "").length) longest.set(question, text);
  }
  return sayings
    .filter(({ question, text }) => !(longest.get(question) ?? "").startsWith(text))
    .map(({ question, text }) => {
      return `${question} got ${JSON.stringify(text)} and also ${JSON.stringify(longest.get(question))}.`;
    });
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
