import { setTimeout as pause } from "node:timers/promises";
import { measureStream } from "../measure-stream.js";
import { spread } from "../round-ratios.js";
import { shuffled } from "../shuffled.js";
import type { BusyRow } from "./beside-report.js";
import type { BesideServer } from "./beside-server.js";
import { StoryPrompts } from "./measure-speed.js";
import { type NeighbourKind, withNeighbours } from "./neighbours.js";

/** Who else wants the processor, and how many streams are measured meanwhile. */
export interface BusyCase {
  readonly neighbours: string;
  readonly kind: NeighbourKind;
  readonly count: number;
  readonly streams: number;
}

export const busyCases: readonly BusyCase[] = [
  { neighbours: "none", kind: "busy", count: 0, streams: 1 },
  { neighbours: "1 busy", kind: "busy", count: 1, streams: 1 },
  { neighbours: "1 busy", kind: "busy", count: 1, streams: 4 },
  { neighbours: "2 busy", kind: "busy", count: 2, streams: 1 },
  { neighbours: "1 busy half of the time", kind: "half busy", count: 1, streams: 1 },
];

/** Milliseconds that a server has to notice its neighbours, and that its tokens are counted for. */
const settleMs = 2000;
const countMs = 2000;
/** Tokens of one answer: more than a server makes in that time, as far as its context allows. */
const tokensEach = 400;

/** Each server by itself, beside the same neighbours, in each round in random order. */
export async function measureBusy(
  servers: readonly BesideServer[],
  { neighbours, kind, count, streams }: BusyCase,
  rounds: number,
  signal: AbortSignal,
): Promise<BusyRow> {
  const rates = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
  await withNeighbours(kind, count, async () => {
    for (let round = 0; round < rounds; round++) {
      for (const server of shuffled(servers)) {
        rates.get(server.name)?.push(await tokensPerSecond(server, streams, signal));
      }
    }
  });
  return { neighbours, streams, tokensPerSecond: spreads(rates) };
}

/** All servers of the list answer at the same time; each is the others' neighbour. */
export async function measureSideBySide(
  servers: readonly BesideServer[],
  what: string,
  rounds: number,
  signal: AbortSignal,
): Promise<BusyRow> {
  const rates = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    const both = await Promise.all(servers.map((server) => tokensPerSecond(server, 1, signal)));
    // the slower one is what is promised
    const [{ name }] = servers as [BesideServer];
    rates.set(name, [...(rates.get(name) ?? []), Math.min(...both)]);
  }
  return { neighbours: what, streams: 1, tokensPerSecond: spreads(rates) };
}

const spreads = (rates: ReadonlyMap<string, readonly number[]>): BusyRow["tokensPerSecond"] =>
  Object.fromEntries([...rates].map(([name, values]) => [name, spread(values)]));

/** Tokens of all streams in a stretch of time; answers that end are followed by others. */
async function tokensPerSecond(server: BesideServer, streams: number, signal: AbortSignal): Promise<number> {
  const leave = new AbortController();
  const prompts = new StoryPrompts();
  let tokens = 0;
  const onText = (): void => {
    tokens++;
  };
  const keepAsking = async (): Promise<void> => {
    while (!leave.signal.aborted) {
      try {
        await measureStream(server.target, prompts.next(4), tokensEach, { onText, signal: leave.signal });
      } catch (error) {
        if (!leave.signal.aborted) throw error;
      }
    }
  };
  const running = Promise.all(Array.from({ length: streams }, keepAsking));
  // it is awaited below; a failure before that must not end the process
  running.catch(() => {});
  try {
    await pause(settleMs, undefined, { signal });
    const [before, startedAt] = [tokens, performance.now()];
    await pause(countMs, undefined, { signal });
    return ((tokens - before) / (performance.now() - startedAt)) * 1000;
  } finally {
    leave.abort();
    await running;
  }
}
