/** What the contract's tests have in common. */
import type { Generation } from "../../src/server/engine/generation.js";

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
