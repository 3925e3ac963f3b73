/** Waits for an engine process to load its model, and gives up when it stops making progress. */
import type { Log } from "../../log.js";
import { LoadError } from "../load-error.js";
import type { EngineOptions, FromEngine, LoadedModel } from "./messages.js";
import type { ProcessLink } from "./process-link.js";

export interface LoadOptions {
  readonly log: Log;
  /** Milliseconds without progress after which a load is given up. */
  readonly loadTimeoutMs: number;
  readonly onProgress?: ((fraction: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves with what was loaded. Rejects with `LoadError`; the process still has to be ended then. */
export function awaitLoaded(
  link: ProcessLink,
  options: EngineOptions,
  { log, loadTimeoutMs, onProgress, signal }: LoadOptions,
): Promise<LoadedModel> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(stalled);
      link.listen(() => {});
      signal?.removeEventListener("abort", abort);
    };
    const refuse = (error: LoadError): void => {
      settle();
      reject(error);
    };
    const abort = (): void => refuse(new LoadError("aborted", "the load was called off"));
    const stall = (): void =>
      refuse(new LoadError("stalled", `loading showed no progress for ${loadTimeoutMs / 1000} s, so it was ended`));
    let stalled = setTimeout(stall, loadTimeoutMs);
    const receive = (message: FromEngine): void => {
      if (message.type === "progress") {
        clearTimeout(stalled);
        stalled = setTimeout(stall, loadTimeoutMs);
        onProgress?.(message.fraction);
      } else if (message.type === "loaded") {
        settle();
        resolve(message.model);
      } else if (message.type === "load-failed") {
        refuse(new LoadError(message.failure, message.reason));
      } else if (message.type === "log") {
        log[message.level](message.message, { from: "engine" });
      }
    };
    link.listen(receive);
    void link.exited.then(({ how, neverRan }) => {
      if (neverRan) refuse(new LoadError("not-started", `the engine process did not start: ${how}`));
      else refuse(new LoadError("crashed", `the engine process ended while loading it: ${how}`));
    });
    if (signal?.aborted) abort();
    signal?.addEventListener("abort", abort, { once: true });
    link.send({ type: "load", options });
  });
}
