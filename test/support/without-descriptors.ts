/** A process that has used up what it may open. To be run with a low `ulimit -n`. */
import { closeSync, openSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** The outcome of `work` while no descriptor is left; some are free again afterwards. */
export async function withoutDescriptors<Value>(work: () => Value | Promise<Value>): Promise<Value> {
  const held: number[] = [];
  // what is being closed when the first round ends is taken by the second
  for (let round = 0; round < 3; round += 1) {
    takeAll(held);
    await pause(100);
  }
  takeAll(held);
  try {
    return await work();
  } finally {
    for (const descriptor of held) closeSync(descriptor);
  }
}

function takeAll(held: number[]): void {
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    // EMFILE: none is left
  }
}
