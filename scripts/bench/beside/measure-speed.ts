import { loadavg } from "node:os";
import { setTimeout as pause } from "node:timers/promises";
import { measureRound, type Round } from "../measure-round.js";
import { median } from "../percentile.js";
import { Prompts } from "../prompts.js";
import { roundRatios, spread } from "../round-ratios.js";
import { shuffled } from "../shuffled.js";
import type { SpeedNumbers, SpeedRow } from "./beside-report.js";
import type { BesideServer } from "./beside-server.js";

/** Milliseconds before each measurement: threads of the server measured before may spin on for a while. */
const pauseMs = 300;

export interface SpeedPlan {
  /** One of each maker for each number of threads. */
  readonly servers: readonly BesideServer[];
  readonly streams: readonly number[];
  readonly tokens: number;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onRound: (round: number) => void;
}

interface Sample {
  readonly tokensPerSecond: number;
  readonly firstTokenMs: number;
  readonly cpuMsPerToken: number;
  readonly load: number;
}

/** Each number of streams with each server in each round, in random order, so that no one has the best place. */
export async function measureSpeed({
  servers,
  streams,
  tokens,
  rounds,
  signal,
  onRound,
}: SpeedPlan): Promise<SpeedRow[]> {
  const prompts = new StoryPrompts();
  // every slot has answered once: memory is touched, code is compiled
  for (const { target } of servers) await measureRound(target, prompts, Math.max(...streams), 8);
  const samples = new Map<string, Sample[]>();
  const of = (server: BesideServer, level: number): Sample[] => {
    const key = `${server.name}, ${level}`;
    const its = samples.get(key) ?? [];
    samples.set(key, its);
    return its;
  };
  for (let round = 1; round <= rounds; round++) {
    onRound(round);
    for (const level of shuffled(streams)) {
      for (const server of shuffled(servers)) {
        await pause(pauseMs, undefined, { signal });
        of(server, level).push(await sample(server, prompts, level, tokens));
      }
    }
  }
  const pairs = servers.filter(({ maker }) => maker === "ours").map((ours) => [ours, otherOf(ours, servers)] as const);
  return pairs.flatMap(([ours, theirs]) =>
    streams.map((level) => speedRow(ours.threads, level, of(ours, level), of(theirs, level))),
  );
}

async function sample(server: BesideServer, prompts: Prompts, streams: number, tokens: number): Promise<Sample> {
  const cpuBefore = server.cpuMs();
  const round = await measureRound(server.target, prompts, streams, tokens);
  const made = round.streams.reduce((sum, { usage }) => sum + usage.completionTokens, 0);
  return {
    tokensPerSecond: round.tokensPerSecond,
    firstTokenMs: firstTokenOf(round),
    cpuMsPerToken: (server.cpuMs() - cpuBefore) / made,
    load: loadavg()[0] ?? 0,
  };
}

const firstTokenOf = ({ streams }: Round): number => median(streams.map(({ firstTokenMs }) => firstTokenMs));

function otherOf(ours: BesideServer, servers: readonly BesideServer[]): BesideServer {
  const other = servers.find(({ maker, threads }) => maker === "theirs" && threads === ours.threads);
  if (other === undefined) throw new TypeError(`No llama-server with ${ours.threads} threads stands beside ours.`);
  return other;
}

function speedRow(threads: number, streams: number, ours: readonly Sample[], theirs: readonly Sample[]): SpeedRow {
  const numbers = (combine: (value: (sample: Sample) => number) => SpeedNumbers["tokensPerSecond"]): SpeedNumbers => ({
    tokensPerSecond: combine((one) => one.tokensPerSecond),
    firstTokenMs: combine((one) => one.firstTokenMs),
    cpuMsPerToken: combine((one) => one.cpuMsPerToken),
  });
  return {
    threads,
    streams,
    ours: numbers((value) => spread(ours.map(value))),
    theirs: numbers((value) => spread(theirs.map(value))),
    ratio: numbers((value) => roundRatios(ours.map(value), theirs.map(value))),
    load: spread([...ours, ...theirs].map(({ load }) => load)),
  };
}

/** Prompts that begin differently and that a real model goes on with for long: an answer that ends early measures less. */
export class StoryPrompts extends Prompts {
  override next(words: number): string {
    return `The story of${super.next(words)}.\n\nOnce upon a time, in a land far away, there was a`;
  }
}
