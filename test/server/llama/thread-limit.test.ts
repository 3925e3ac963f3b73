import { expect } from "chai";
import { ThreadLimit } from "../../../src/server/llama/thread-limit.js";

/** Milliseconds of a step of one row on so many threads when nothing disturbs; 3 threads are 2.5 times one. */
const calmMs = (threads: number): number => 10 / threads ** 0.83;

interface Run {
  readonly seconds: number;
  readonly mostThreads?: number;
  readonly rows?: (atMs: number) => number;
  /** Milliseconds of the step that begins now. */
  readonly stepMs: (threads: number, atMs: number) => number;
}

/** A row of steps as the engine would make them: how long each thread count was in use, and how often it changed. */
class Trace {
  readonly #limit: ThreadLimit;
  readonly #mostThreads: number;
  readonly counts: number[] = [];
  atMs = 0;

  constructor(mostThreads: number = 2, limit: ThreadLimit = new ThreadLimit()) {
    this.#mostThreads = mostThreads;
    this.#limit = limit;
  }

  run({ seconds, rows = () => 1, stepMs }: Run): this {
    this.counts.length = 0;
    const endMs = this.atMs + seconds * 1000;
    while (this.atMs < endMs) {
      const threads = Math.min(this.#mostThreads, this.#limit.threads);
      const ms = stepMs(threads, this.atMs);
      this.atMs += ms;
      this.counts.push(threads);
      this.#limit.add({ threads, rows: rows(this.atMs), ms, atMs: this.atMs }, this.#mostThreads);
    }
    return this;
  }

  get changes(): number {
    return this.counts.filter((threads, index) => index > 0 && threads !== this.counts[index - 1]).length;
  }

  shareOn(threads: number): number {
    return this.counts.filter((count) => count === threads).length / this.counts.length;
  }

  get last(): number {
    return this.counts.at(-1) as number;
  }
}

/** What one busy neighbour on the same two cores makes of steps. Source: measured, 6.2 to 43.3 and 9.2 to 11.4 ms. */
const disturbed = (threads: number): number => (threads === 1 ? 11.4 : 43);
const calm = { seconds: 3, stepMs: calmMs };

describe("ThreadLimit", () => {
  it("knows nothing against more threads while steps take what they took", () => {
    const trace = new Trace(8).run({ seconds: 20, stepMs: (threads, atMs) => calmMs(threads) * (1 + (atMs % 7) / 3) });
    expect(trace.counts.every((threads) => threads === 8)).to.equal(true);
  });

  it("goes down within a quarter of a second when steps take several times their best, and stays down", () => {
    const trace = new Trace().run(calm).run({ seconds: 0.25, stepMs: disturbed });
    expect(trace.last).to.equal(1);
    expect(trace.run({ seconds: 0.9, stepMs: disturbed }).shareOn(1)).to.equal(1);
  });

  it("costs a lasting disturbance ever less: nine tenths of the speed of one thread over a minute", () => {
    const trace = new Trace().run(calm).run({ seconds: 60, stepMs: disturbed });
    expect(trace.counts.length).to.be.above(0.9 * (60_000 / 11.4));
    expect(trace.changes).to.be.below(20);
  });

  it("comes back to all threads within three seconds of the end of a short disturbance", () => {
    const trace = new Trace().run(calm).run({ seconds: 2, stepMs: disturbed }).run({ seconds: 3, stepMs: calmMs });
    expect(trace.last).to.equal(2);
    expect(trace.run(calm).changes).to.equal(0);
  });

  it("comes back within its longest pause of half a minute after a long one", () => {
    const trace = new Trace().run(calm).run({ seconds: 120, stepMs: disturbed });
    trace.run({ seconds: 31, stepMs: calmMs });
    expect(trace.last).to.equal(2);
    expect(trace.run({ seconds: 60, stepMs: calmMs }).changes).to.equal(0);
  });

  it("begins with a short pause again after a long calm", () => {
    const trace = new Trace().run(calm).run({ seconds: 60, stepMs: disturbed });
    trace.run({ seconds: 160, stepMs: calmMs }).run({ seconds: 2, stepMs: disturbed });
    expect(trace.run({ seconds: 3, stepMs: calmMs }).last).to.equal(2);
  });

  it("gives up fewer threads that do not help, and tries them ever more rarely", () => {
    const slowAnyway = (threads: number): number => 8 * calmMs(threads);
    const trace = new Trace().run(calm).run({ seconds: 60, stepMs: slowAnyway });
    expect(trace.shareOn(2)).to.be.above(0.9);
    expect(trace.changes).to.be.below(20);
  });

  it("goes down by halves on many cores, only as far as it helps", () => {
    // four cores of eight are another's
    const halved = (threads: number): number => (threads > 4 ? 120 : calmMs(threads));
    const trace = new Trace(8).run(calm).run({ seconds: 20, stepMs: halved });
    expect(trace.shareOn(4)).to.be.above(0.9);
    expect(trace.counts.every((threads) => threads >= 4)).to.equal(true);
  });

  it("leaves a quota alone, which stops one step of many and no more of them on fewer threads", () => {
    let spentMs = 0;
    // processor time of 100 ms in each 100 ms: two threads use it up in half of them
    const quota = (threads: number): number => {
      spentMs += calmMs(threads) * threads;
      if (spentMs < 100) return calmMs(threads);
      spentMs = 0;
      return calmMs(threads) + 100 - 100 / threads;
    };
    const trace = new Trace().run(calm).run({ seconds: 20, stepMs: quota });
    expect(trace.shareOn(2)).to.be.above(0.95);
  });

  it("does not take a long prompt among single rows for a disturbance", () => {
    const rows = (atMs: number): number => (atMs % 500 < 100 ? 128 : 1);
    const trace = new Trace().run({ ...calm, rows, stepMs: (threads, atMs) => calmMs(threads) * rows(atMs) ** 0.7 });
    expect(trace.shareOn(2)).to.equal(1);
  });

  it("does not take a context that fills up for a disturbance", () => {
    const trace = new Trace().run({ seconds: 120, stepMs: (threads, atMs) => calmMs(threads) * (1 + atMs / 10_000) });
    expect(trace.shareOn(2)).to.equal(1);
  });

  it("does not answer single slow steps", () => {
    let steps = 0;
    const trace = new Trace().run({
      seconds: 30,
      stepMs: (threads) => calmMs(threads) * (++steps % 12 === 0 ? 10 : 1),
    });
    expect(trace.shareOn(2)).to.equal(1);
  });

  it("keeps still beside a neighbour that is busy half of the time", () => {
    const trace = new Trace().run(calm).run({
      seconds: 60,
      stepMs: (threads, atMs) => (atMs % 1000 < 500 ? disturbed(threads) : calmMs(threads)),
    });
    expect(trace.changes).to.be.below(30);
  });

  it("knows the best of steps of about as many rows, on so many threads", () => {
    const limit = new ThreadLimit();
    expect(limit.bestMs(1)).to.equal(null);
    limit.add({ threads: 2, rows: 1, ms: 6, atMs: 0 }, 2);
    limit.add({ threads: 1, rows: 1, ms: 10, atMs: 10 }, 2);
    limit.add({ threads: 2, rows: 5, ms: 16, atMs: 20 }, 2);
    expect(limit.bestMs(1)).to.equal(6);
    expect(limit.bestMs(1, 1)).to.equal(10);
    expect(limit.bestMs(4)).to.equal(16);
    expect(limit.bestMs(8)).to.equal(null);
  });
});
