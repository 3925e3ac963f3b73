/** What slots remember, over a native context that computes nothing, with files in a folder of the test's own. */
import type { Token } from "node-llama-cpp";
import type { NativeContext } from "../../../src/server/llama/native-context.js";
import { SequenceStates } from "../../../src/server/llama/sequence-states.js";
import { SlotMemory } from "../../../src/server/llama/slot-memory.js";
import { type Slot, type SlotRequest, Slots } from "../../../src/server/llama/slots.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { FakeContext } from "./fake-context.js";

export interface MemoryBenchOptions {
  readonly slots: number;
  /** Default: a `FakeContext`. */
  readonly native?: NativeContext;
  /** Default: one in which nothing is computed. */
  readonly steps?: Pick<ConstructorParameters<typeof SlotMemory>[0]["steps"], "betweenSteps" | "pieceTokens">;
  /** Bytes that may be kept. Default 0: nothing is. */
  readonly keptBytes?: number;
  readonly mostMovable?: number;
  readonly idleMs?: number;
}

/** The tokens from `start` on, as many as `length`. */
export const talk = (start: number, length: number): Token[] =>
  Array.from({ length }, (_, index) => (start + index) as Token);

export class MemoryBench {
  readonly context = new FakeContext();
  readonly folder = temporaryFolder();
  readonly warnings: string[] = [];
  readonly slots: Slots;
  readonly states: SequenceStates;
  readonly memory: SlotMemory;
  keptBytes: number;

  constructor({ slots, native, steps, keptBytes = 0, mostMovable = 1e9, idleMs = 1e6 }: MemoryBenchOptions) {
    const context = native ?? this.context.native;
    const warn = (message: string): void => void this.warnings.push(message);
    this.keptBytes = keptBytes;
    this.states = new SequenceStates({
      native: context,
      folder: this.folder,
      limitBytes: () => this.keptBytes,
      tokenBytes: 100,
      fingerprint: "test",
      warn,
    });
    this.slots = new Slots(slots, {
      isKept: (slot) => slot.key !== null && this.states.covers(slot, slot.key),
      isMovable: ({ tokens }) => tokens.length <= mostMovable,
    });
    this.memory = new SlotMemory({
      native: context,
      steps: steps ?? { pieceTokens: 4, betweenSteps: async (work) => await work() },
      slots: this.slots,
      states: this.states,
      context: 4096,
      warn,
      idleMs,
    });
  }

  /** A slot for the prompt, with what was there of it; undefined when all are busy. */
  async begin(prompt: readonly Token[], over: Partial<SlotRequest> = {}): Promise<{ slot: Slot; cached: number }> {
    const slot = this.memory.take({ prompt, key: "home", pieceTokens: null, ...over });
    if (slot === null) throw new Error("All slots are busy.");
    return { slot, cached: await this.memory.prepare(slot, new AbortController().signal) };
  }

  /** The slot has read up to here. */
  read(slot: Slot, tokens: readonly Token[]): void {
    slot.tokens.splice(0, slot.tokens.length, ...tokens);
    this.context.held.set(slot.id, [...tokens]);
  }

  /** A whole request: `prompt` is read and answered with `answer`. Returns its slot and what was there of it. */
  async run(
    prompt: readonly Token[],
    answer: readonly Token[] = [],
    over: Partial<SlotRequest> = {},
  ): Promise<{ slot: number; cached: number }> {
    const { slot, cached } = await this.begin(prompt, over);
    this.read(slot, [...prompt, ...answer]);
    this.memory.release(slot);
    return { slot: slot.id, cached };
  }
}
