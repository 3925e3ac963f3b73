/** Time, as an engine's supervision sees it. Tests give one that they turn. */
export interface Clock {
  /** Milliseconds, never set back. */
  now(): number;
  /** Does the work once, after so many milliseconds; the returned function calls it off. */
  after(ms: number, work: () => void): () => void;
  /** Does the work again and again until it is called off; holds up no process that wants to end. */
  every(ms: number, work: () => void): () => void;
}

export const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, work) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  every: (ms, work) => {
    const timer = setInterval(work, ms).unref();
    return () => clearInterval(timer);
  },
};
