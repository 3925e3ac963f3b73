import type { StreamNumbers, StreamRatios, StreamRow } from "./bench-report.js";
import type { Round } from "./measure-round.js";
import { percentile } from "./percentile.js";
import { roundRatios, spread } from "./round-ratios.js";

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const firstTokens = ({ streams }: Round): number[] => streams.map(({ firstTokenMs }) => firstTokenMs);
const gapsOf = ({ streams }: Round): readonly number[] => streams.flatMap(({ gapsMs }) => gapsMs);

/** One line of the table of streams. `theirs` holds the same rounds of the other server, if there is one. */
export function streamRow(
  streams: number,
  tokens: number,
  ours: readonly Round[],
  theirs: readonly Round[] | null,
): StreamRow {
  return {
    streams,
    ours: streamNumbers(tokens, ours),
    theirs: theirs && streamNumbers(tokens, theirs),
    ratio: theirs && streamRatios(ours, theirs),
  };
}

function streamNumbers(tokens: number, rounds: readonly Round[]): StreamNumbers {
  const answers = rounds.flatMap((round) => round.streams);
  const first = rounds.flatMap(firstTokens);
  const gaps = rounds.flatMap(gapsOf);
  const promptTokens = sum(answers.map(({ usage }) => usage.promptTokens));
  return {
    tokensPerSecond: spread(rounds.map(({ tokensPerSecond }) => tokensPerSecond)),
    firstTokenP50: percentile(first, 0.5),
    firstTokenP99: percentile(first, 0.99),
    requests: first.length,
    gapP50: percentile(gaps, 0.5),
    gapP90: percentile(gaps, 0.9),
    gapP99: percentile(gaps, 0.99),
    gaps: gaps.length,
    tokens: sum(answers.map(({ usage }) => usage.completionTokens)),
    tokensAsked: tokens * answers.length,
    promptTokens: promptTokens / answers.length,
    cachedShare: promptTokens === 0 ? 0 : sum(answers.map(({ usage }) => usage.cachedTokens)) / promptTokens,
    endedEarly: sum(rounds.map(({ endedEarly }) => endedEarly)),
  };
}

function streamRatios(ours: readonly Round[], theirs: readonly Round[]): StreamRatios {
  const ratio = (number: (round: Round) => number): StreamRatios["gapP50"] =>
    roundRatios(ours.map(number), theirs.map(number));
  return {
    tokensPerSecond: ratio(({ tokensPerSecond }) => tokensPerSecond),
    firstTokenP50: ratio((round) => percentile(firstTokens(round), 0.5)),
    firstTokenP99: ratio((round) => percentile(firstTokens(round), 0.99)),
    gapP50: ratio((round) => percentile(gapsOf(round), 0.5)),
    gapP90: ratio((round) => percentile(gapsOf(round), 0.9)),
    gapP99: ratio((round) => percentile(gapsOf(round), 0.99)),
  };
}
