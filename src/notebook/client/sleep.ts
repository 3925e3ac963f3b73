import { inKernel } from "../kernel/kernel.js";

/** Resolves after the time, or at once when the signal fires. Keeps no kernel alive. */
export function sleep(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, seconds * 1000);
    if (inKernel()) timer.unref();
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}
