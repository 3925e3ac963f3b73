/**
 * How long a slot stays busy after its client went away.
 *
 * The client leaves at a random moment of a step, and then asks without a pause how many slots are busy. So each number
 * holds one such question too, about a millisecond.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { CancelNumbers } from "./bench-report.js";
import { measureStream } from "./measure-stream.js";
import { median } from "./percentile.js";
import type { Prompts } from "./prompts.js";
import type { Target } from "./target.js";

/** Tokens asked for, so that the answer would have gone on for long. */
const answerTokens = 512;
/** Steps that are watched to learn how long one takes, before the client leaves. */
const watchedSteps = 6;
/** A slot that is busy for longer after its client left is taken for lost. */
const patienceMs = 30_000;

export interface CancelPlan {
  readonly target: Target;
  readonly prompts: Prompts;
  readonly samples: number;
  readonly signal: AbortSignal;
}

interface Sample {
  readonly idleMs: number;
  readonly stepMs: number;
}

/** Leaves streams in the middle of their answers. `busyBefore`: slots that others keep busy all the time. */
export async function measureCancelDecoding(plan: CancelPlan, busyBefore = 0): Promise<CancelNumbers> {
  const samples: Sample[] = [];
  for (let number = 0; number < plan.samples; number++) {
    await untilBusy(plan, (busy) => busy <= busyBefore);
    const client = new Client(plan.target, plan.prompts.next(16));
    const stepMs = await client.stepMs();
    await pause(Math.random() * stepMs, undefined, { signal: plan.signal });
    samples.push({ idleMs: await leave(plan, client, busyBefore), stepMs });
  }
  return cancelNumbers(samples);
}

/**
 * Leaves while the prompt is read.
 *
 * `words` long is each prompt; `chunk` tokens of it are read in a step. A client that got text before it left was too
 * late and is not counted.
 */
export async function measureCancelPrefill(plan: CancelPlan, words: number, chunk: number): Promise<CancelNumbers> {
  const { firstTokenMs, usage } = await measureStream(plan.target, plan.prompts.next(words), 2);
  const stepMs = (firstTokenMs * Math.min(chunk, usage.promptTokens)) / usage.promptTokens;
  const samples: Sample[] = [];
  for (let attempt = 0; samples.length < plan.samples && attempt < plan.samples * 5; attempt++) {
    await untilBusy(plan, (busy) => busy === 0);
    const client = new Client(plan.target, plan.prompts.next(words));
    await Promise.race([client.ended, untilBusy(plan, (busy) => busy > 0)]);
    await pause(Math.random() * stepMs, undefined, { signal: plan.signal });
    const wasReading = client.texts === 0;
    const idleMs = await leave(plan, client, 0);
    if (wasReading) samples.push({ idleMs, stepMs });
  }
  return cancelNumbers(samples);
}

/** A client that can go away. */
class Client {
  texts = 0;
  /** Resolves when the stream has ended, however that was. */
  readonly ended: Promise<void>;
  readonly #leave = new AbortController();
  readonly #times: number[] = [];
  #onText: () => void = () => {};

  constructor(target: Target, prompt: string) {
    const onText = (): void => {
      this.texts++;
      this.#times.push(performance.now());
      this.#onText();
    };
    this.ended = measureStream(target, prompt, answerTokens, { onText, signal: this.#leave.signal }).then(
      () => {},
      () => {},
    );
  }

  /** Median time between pieces, once there were enough of them. */
  async stepMs(): Promise<number> {
    const watched = new Promise<void>((resolve) => {
      this.#onText = () => (this.texts > watchedSteps ? resolve() : undefined);
    });
    await Promise.race([watched, this.ended]);
    const gaps = this.#times.slice(1).map((time, index) => time - (this.#times[index] as number));
    return gaps.length === 0 ? 0 : median(gaps);
  }

  leave(): void {
    this.#leave.abort();
  }
}

async function leave(plan: CancelPlan, client: Client, busyBefore: number): Promise<number> {
  const leftAt = performance.now();
  client.leave();
  await untilBusy(plan, (busy) => busy <= busyBefore);
  const idleMs = performance.now() - leftAt;
  await client.ended;
  return idleMs;
}

async function untilBusy({ target }: CancelPlan, isEnough: (busy: number) => boolean): Promise<void> {
  const slots = target.shape.slots;
  if (slots === null) throw new TypeError(`A server of the shape ${target.shape.name} does not tell its busy slots.`);
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const busy = slots.busy(await target.get(slots.path));
    if (isEnough(busy)) return;
    if (performance.now() > deadline) {
      throw new Error(
        `${target.url.origin} had ${busy} busy slots for ${patienceMs / 1000} s. Is it used by others too?`,
      );
    }
  }
}

function cancelNumbers(samples: readonly Sample[]): CancelNumbers {
  const stepMs = median(samples.map((sample) => sample.stepMs));
  const idle = samples.map(({ idleMs }) => idleMs);
  const greatest = idle.length === 0 ? Number.NaN : Math.max(...idle);
  return {
    median: median(idle),
    greatest,
    stepMs,
    medianSteps: median(idle) / stepMs,
    greatestSteps: greatest / stepMs,
    n: samples.length,
  };
}
