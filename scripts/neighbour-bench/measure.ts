import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { EngineChild } from "../../test/support/engine-child.js";
import { engineRate, llamaServerRate } from "./engine-rate.js";
import { type Neighbours, startNeighbours } from "./neighbour.js";

export interface NeighbourPlan {
  readonly modelPath: string;
  readonly threads: number;
  readonly neighbours: Neighbours;
  /** Tokens of each answer. */
  readonly tokens: number;
  readonly rounds: number;
  /** A llama-server with the same model and threads, asked in the same rounds. */
  readonly against?: URL | undefined;
}

/** Tokens a second of one stream, a value for each round. */
export interface NeighbourRates {
  readonly gated: readonly number[];
  readonly ungated: readonly number[];
  readonly oneThread: readonly number[];
  readonly llamaServer: readonly number[];
}

const ungatedEngine = fileURLToPath(new URL("ungated-engine.ts", import.meta.url));

/** Milliseconds for the neighbours to get going. */
const beginMs = 500;
/** Answers that are not counted: the gate has two seconds to find its way, a new engine touches its memory. */
const warmUpTokens = 64;

/** One after the other in each round, so that all meet the same machine. Everything it started has ended. */
export async function measureBeside(plan: NeighbourPlan): Promise<NeighbourRates> {
  const { modelPath, threads, tokens, rounds, against } = plan;
  const options = { modelPath, slots: 1, context: 512 };
  const engines: EngineChild[] = [];
  const start = async (program: string | undefined, threadsOfIt: number): Promise<EngineChild> => {
    const engine = await EngineChild.load({ ...options, threads: threadsOfIt }, program);
    engines.push(engine);
    engine.send({ type: "threads", threads: threadsOfIt });
    return engine;
  };
  let stopNeighbours = async (): Promise<void> => {};
  const rates = {
    gated: [] as number[],
    ungated: [] as number[],
    oneThread: [] as number[],
    llamaServer: [] as number[],
  };
  try {
    const gated = await start(undefined, threads);
    const ungated = await start(ungatedEngine, threads);
    const oneThread = await start(undefined, 1);
    stopNeighbours = await startNeighbours(plan.neighbours);
    await pause(beginMs);
    for (const engine of [gated, ungated, oneThread]) await engineRate(engine, warmUpTokens);
    for (let round = 0; round < rounds; round++) {
      rates.gated.push(await engineRate(gated, tokens));
      rates.ungated.push(await engineRate(ungated, tokens));
      rates.oneThread.push(await engineRate(oneThread, tokens));
      if (against !== undefined) rates.llamaServer.push(await llamaServerRate(against, tokens));
    }
    return rates;
  } finally {
    await stopNeighbours();
    await Promise.all(engines.map((engine) => engine.end()));
  }
}

/** Tokens a second of two engines that answer at the same time, each on all threads, after both found their way. */
export async function measureSideBySide(modelPath: string, threads: number, tokens: number): Promise<[number, number]> {
  const engines: EngineChild[] = [];
  try {
    for (let count = 0; count < 2; count++) {
      engines.push(await EngineChild.load({ modelPath, slots: 1, context: 512, threads }));
    }
    const both = (count: number): Promise<number[]> => Promise.all(engines.map((engine) => engineRate(engine, count)));
    await both(warmUpTokens);
    const [one = 0, other = 0] = await both(tokens);
    return [one, other];
  } finally {
    await Promise.all(engines.map((engine) => engine.end()));
  }
}
