import type { Token } from "node-llama-cpp";
import { composeStep, type Share } from "./compose-step.js";
import { type Guesses, Lane, type LaneTask } from "./lane.js";
import type { NativeContext, Rows } from "./native-context.js";

/** Says how many threads a step gets, and hears how long it took. */
export interface StepGate {
  /** Threads for the step that begins, from 1. */
  beforeStep(): number;
  /** Milliseconds that it took, and its rows. */
  afterStep(ms: number, rows: number): void;
}

interface Work {
  readonly run: () => Promise<void> | void;
  readonly settle: (error?: unknown) => void;
}

/** The rows of one sequence in a step. */
interface Part {
  readonly lane: Lane;
  readonly rows: Rows;
  /** Place of the first row that is sampled from, among all rows of the step; none where a prompt goes on. */
  readonly logits: number | null;
}

/**
 * Decodes for all sequences of a context, one step after the other, for as long as there is something to do.
 *
 * The only place that computes: nothing else may touch the context but `betweenSteps`.
 */
export class StepLoop {
  /** Decode calls since the start. */
  decodes = 0;
  /** Rows in them, one per token. */
  decodedRows = 0;
  /** Called whenever the decoder got a step. */
  onStep: () => void = () => {};
  readonly #context: NativeContext;
  readonly #pieceTokens: number;
  readonly #gate: StepGate;
  #lanes: Lane[] = [];
  #works: Work[] = [];
  #isRunning = false;
  #readTokens = 0;
  #readSinceRows = 0;

  /** `pieceTokens`: positions at whose multiples a piece of a prompt ends. */
  constructor(context: NativeContext, pieceTokens: number, gate: StepGate) {
    this.#context = context;
    this.#pieceTokens = pieceTokens;
    this.#gate = gate;
  }

  /** Length of the pieces in which prompts are read, in tokens. */
  get pieceTokens(): number {
    return this.#pieceTokens;
  }

  /**
   * Reads a prompt and makes its answer. Resolves with how guessing went when the task has its last token, or its signal aborted; rejects when the
   * decoder failed at it: what its sequence holds is unknown then.
   */
  run(task: LaneTask): Promise<Guesses> {
    const lane = new Lane(task, this.#readTokens);
    this.#lanes = [...this.#lanes, lane].sort((one, other) => one.slot.id - other.slot.id);
    this.#wake();
    return lane.over;
  }

  /** Does `work`, which may touch the context, when no step is computed. */
  betweenSteps(work: () => Promise<void> | void): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      this.#works.push({ run: work, settle });
      this.#wake();
    });
  }

  #wake(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (;;) {
      // several at a time may have come while one was done
      for (let work = this.#works.shift(); work !== undefined; work = this.#works.shift()) await doWork(work);
      this.#lanes = this.#lanes.filter((lane) => !lane.isOver());
      const plan = composeStep(this.#lanes, this.#pieceTokens, this.#readSinceRows);
      if (plan === null) break;
      const parts = this.#partsOf(plan.shares);
      if (plan.kind === "rows") this.#readSinceRows = 0;
      else this.#readSinceRows += plan.shares[0]?.tokens ?? 0;
      await this.#step(parts);
    }
    this.#isRunning = false;
  }

  #partsOf(shares: readonly Share[]): Part[] {
    let end = 0;
    return shares.flatMap((share) => {
      const lane = this.#lanes[share.lane];
      if (lane === undefined) return [];
      end += share.tokens;
      const rows = lane.next(share.tokens);
      return [{ lane, rows, logits: rows.sampled === 0 ? null : end - rows.sampled }];
    });
  }

  async #step(parts: readonly Part[]): Promise<void> {
    try {
      await this.#compute(parts);
    } catch (error) {
      if (parts.length > 1) await this.#oneByOne(parts);
      else parts[0]?.lane.fail(error);
    }
  }

  /** After a step that failed for several: who fails alone as well is the one, the others never notice. */
  async #oneByOne(parts: readonly Part[]): Promise<void> {
    for (const { lane, rows } of parts) {
      if (!this.#context.removeFrom(lane.slot.id, rows.position)) {
        lane.fail(new Error("A step failed, and this model cannot take back what was read of it."));
        continue;
      }
      await this.#step([{ lane, rows, logits: rows.sampled === 0 ? null : rows.tokens.length - rows.sampled }]);
    }
  }

  /** One step; rejects, with nothing handed out, when the decoder fails. */
  async #compute(parts: readonly Part[]): Promise<void> {
    const context = this.#context;
    context.useThreads(this.#gate.beforeStep());
    const startedAt = performance.now();
    const decoded = context.decode(parts.map(({ rows }) => rows));
    this.onStep();
    if (!context.isSerial) await decoded;
    const samples = parts.map(({ lane, logits }) => (logits === null ? null : outcomeOf(lane.choose(logits))));
    try {
      await decoded;
    } catch (error) {
      await Promise.all(samples);
      throw error;
    }
    const rows = parts.reduce((sum, part) => sum + part.rows.tokens.length, 0);
    this.#gate.afterStep(performance.now() - startedAt, rows);
    this.decodes += 1;
    this.decodedRows += rows;
    for (const { lane, rows: own } of parts) {
      // of guesses only the token before them is sure
      this.#readTokens += lane.computed(own.sampled > 1 ? 1 : own.tokens.length, this.#pieceTokens);
    }
    // while one token is put into its answer, the next is being chosen
    for (const [index, part] of parts.entries()) {
      const outcome = await samples[index];
      if (outcome != null) await this.#handOut(part, outcome);
    }
  }

  /** Gives a lane its token, and those after it for as long as they are what was guessed. */
  async #handOut({ lane, logits }: Part, first: Token | Error): Promise<void> {
    let accepted = 0;
    for (let outcome = first; lane.take(outcome, accepted); ) {
      accepted += 1;
      outcome = await outcomeOf(lane.choose((logits ?? 0) + accepted));
    }
    // at once: whoever waits for the end of this lane may count on what its slot says
    if (!lane.settle(accepted, this.#lanes.length) || this.#context.removeFrom(lane.slot.id, lane.slot.tokens.length))
      return;
    lane.fail(new Error("What was guessed wrong could not be taken back."));
  }
}

async function doWork({ run, settle }: Work): Promise<void> {
  try {
    await run();
    settle();
  } catch (error) {
    settle(error ?? new Error("unknown"));
  }
}

/** The token, or why there is none: never a promise that rejects while nobody listens yet. */
function outcomeOf(sample: Promise<Token | null>): Promise<Token | Error> {
  return sample.then(
    (token) => token ?? new Error("The model gave no token."),
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  );
}
