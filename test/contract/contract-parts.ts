/** What the contract's tests have in common. */
import type { Engine } from "../../src/server/engine/engine.js";
import type { Generation } from "../../src/server/engine/generation.js";
import type { GenerationRequest } from "../../src/server/engine/request.js";

export interface Rig {
  readonly engine: Engine;
  /** A request that is over soon, with at least three tokens. */
  readonly short: (over?: Partial<GenerationRequest>) => GenerationRequest;
  /** A request that runs for longer than any of these tests. */
  readonly long: (over?: Partial<GenerationRequest>) => GenerationRequest;
  readonly die: () => void;
  readonly hang: () => void;
}

export type StartRig = (options: { readonly slots: number; readonly waiting: number }) => Promise<Rig>;

/** Resolves once the fact holds. */
export async function until(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Their indexes in the order in which they ended well. */
export async function inOrderOfTheirEnd(generations: readonly Generation[]): Promise<number[]> {
  const ended: number[] = [];
  await Promise.all(
    generations.map(async (generation, index) => {
      await generation.then(() => ended.push(index));
    }),
  );
  return ended;
}

/** What the action throws; an error when it does not. */
export function refusalOf(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}
