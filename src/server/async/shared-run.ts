/** One run of a job for all who ask meanwhile. */

/**
 * Runs `job` at most once at a time, however many ask.
 *
 * Whoever asks while it runs gets the run after it, together with all others who did: what a caller gets was always begun
 * after he asked, so it is never older than his question.
 */
export class SharedRun<Result> {
  readonly #job: () => Promise<Result>;
  #running: Promise<Result> | undefined;
  #next: Promise<Result> | undefined;

  constructor(job: () => Promise<Result>) {
    this.#job = job;
  }

  /** The outcome of a run that begins now, or as soon as the running one has ended. */
  run(): Promise<Result> {
    if (this.#running === undefined) return this.#begin();
    this.#next ??= this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    );
    return this.#next;
  }

  #begin(): Promise<Result> {
    this.#next = undefined;
    const run = this.#job();
    this.#running = run;
    const end = (): void => {
      if (this.#running === run) this.#running = undefined;
    };
    run.then(end, end);
    return run;
  }
}
