/** Waiting for what sends no event. */
import { setTimeout as pause } from "node:timers/promises";

/** Looks until the test holds: for what sends no event. Fails after a while. */
export async function until(test: () => boolean | Promise<boolean>, patienceMs = 15_000): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (!(await test())) {
    if (performance.now() > deadline) throw new Error(`It did not come to be within ${patienceMs} ms: ${test}`);
    await pause(20);
  }
}
