import { setTimeout as pause } from "node:timers/promises";
import { measureRound, type Round } from "./measure-round.js";
import type { Prompts } from "./prompts.js";
import { shuffled } from "./shuffled.js";
import type { Target } from "./target.js";

export interface RoundsPlan {
  readonly targets: readonly Target[];
  readonly prompts: Prompts;
  readonly levels: readonly number[];
  readonly tokens: number;
  readonly rounds: number;
  /** Quiet before each measurement: threads of the server measured before may spin on for a while. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
  readonly onRound: (round: number) => void;
}

export interface MeasuredRounds {
  /** By target, then by number of streams; one entry a round. */
  readonly results: ReadonlyMap<Target, ReadonlyMap<number, readonly Round[]>>;
  /** Measurements done again with other prompts, because a request had ended early. */
  readonly repeated: number;
}

/** Measures every number of streams with every target in each round, in random order, so that no one has the best place. */
export async function measureRounds(plan: RoundsPlan): Promise<MeasuredRounds> {
  const { targets, prompts, levels, tokens, signal } = plan;
  const results = new Map(
    targets.map((target) => [target, new Map<number, Round[]>(levels.map((level) => [level, []]))]),
  );
  let repeated = 0;
  for (let round = 1; round <= plan.rounds; round++) {
    plan.onRound(round);
    for (const level of shuffled(levels)) {
      for (const target of shuffled(targets)) {
        await pause(plan.pauseMs, undefined, { signal });
        let measured = await measureRound(target, prompts, level, tokens);
        if (measured.endedEarly > 0) {
          repeated++;
          measured = await measureRound(target, prompts, level, tokens);
        }
        results.get(target)?.get(level)?.push(measured);
      }
    }
  }
  return { results, repeated };
}
