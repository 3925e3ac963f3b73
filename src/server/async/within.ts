/** Work with a deadline. */

/** Thrown when the time is over before the work is. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
  readonly ms: number;

  constructor(ms: number, what: string = "It") {
    super(`${what} took longer than ${ms / 1000} s.`);
    this.ms = ms;
  }
}

/**
 * The outcome of `work`, or a `TimeoutError` that names `what` after `ms` milliseconds.
 *
 * The signal tells the work, which may go on: the caller does not wait for it. No timer is left.
 */
export async function within<Value>(
  ms: number,
  what: string,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const over = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new TimeoutError(ms, what);
      reject(error);
      over.abort(error);
    }, ms);
  });
  try {
    return await Promise.race([work(over.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** True when `work` settled within `ms` milliseconds, however it ended. */
export async function settlesWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const settled = work.then(
    () => true as const,
    () => true as const,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
