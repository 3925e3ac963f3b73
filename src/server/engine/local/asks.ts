/** Questions to an engine process that wait for their answers. */
import { LabError } from "../../errors.js";
import type { Clock } from "./clock.js";
import type { Answered, TextAsk, ToEngine } from "./messages.js";

/** Milliseconds a question may wait: a decoding step and all questions before it take far less. */
const longestWaitMs = 10_000;

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly callOff: () => void;
}

export class Asks {
  readonly #send: (message: ToEngine) => void;
  readonly #clock: Clock;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;

  constructor(send: (message: ToEngine) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
  }

  /** Resolves with the answer; refuses with what the engine says, and when it says nothing in time. */
  ask<Answer>(ask: TextAsk): Promise<Answer> {
    const id = this.#nextId++;
    return new Promise<Answer>((resolve, reject) => {
      const callOff = this.#clock.after(longestWaitMs, () => this.#take(id)?.reject(lateError()));
      this.#waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject, callOff });
      this.#send({ type: "ask", id, ask });
    });
  }

  answered({ id, answer, failed }: Answered): void {
    const waiting = this.#take(id);
    if (failed === undefined) waiting?.resolve(answer);
    else waiting?.reject(new LabError(failed.code, failed.message));
  }

  /** Nothing will be answered any more. */
  failAll(error: LabError): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.reject(error);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.callOff();
    return waiting;
  }
}

const lateError = (): LabError =>
  new LabError("engine_restarting", `The engine did not answer within ${longestWaitMs / 1000} s. Send it again.`, {
    retryAfterSeconds: 1,
  });
