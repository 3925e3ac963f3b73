import { messageOf } from "../async/message-of.js";
import { chooseSource, type KeptFacts, type Source, worthCopying } from "./choose-slot.js";
import type { NativeContext } from "./native-context.js";
import { keepFirst, replaceTokens, reusable } from "./reuse.js";
import type { SequenceStates } from "./sequence-states.js";
import type { Slot, SlotRequest, Slots } from "./slots.js";
import type { StepLoop } from "./step-loop.js";

export interface SlotMemoryParts {
  readonly native: NativeContext;
  readonly steps: Pick<StepLoop, "betweenSteps" | "pieceTokens">;
  readonly slots: Slots;
  readonly states: SequenceStates;
  /** Tokens per slot. */
  readonly context: number;
  readonly warn: (message: string) => void;
  /** Milliseconds without work before what is next to leave its slot is kept ahead of time. Default 200. */
  readonly idleMs?: number;
}

const usualIdleMs = 200;

/** What slots remember: brings a request what was read of its prompt already, and keeps what has to leave. */
export class SlotMemory {
  readonly #parts: SlotMemoryParts;
  /** Keys that open nothing any more: what they left is erased as soon as it is free. */
  readonly #forgotten = new Set<string>();
  #waiters: (() => void)[] = [];
  #idle: NodeJS.Timeout | undefined;

  constructor(parts: SlotMemoryParts) {
    this.#parts = parts;
  }

  /** Bytes of what is kept outside the slots. */
  get keptBytes(): number {
    return this.#parts.states.bytes;
  }

  get busy(): number {
    return this.#parts.slots.busy;
  }

  /** A slot for the request; null when all are busy. `prepare` follows, and in the end `release`. */
  take(request: SlotRequest): Slot | null {
    clearTimeout(this.#idle);
    return this.#parts.slots.take(request);
  }

  /**
   * Makes the slot hold a beginning of its prompt, as much as there is anywhere of the same key; returns how many tokens.
   * At most all but the last one.
   */
  async prepare(slot: Slot, signal: AbortSignal): Promise<number> {
    const { steps, states } = this.#parts;
    await this.#waitForReaders(slot, signal);
    const source = this.#sourceFor(slot, this.#keptFor(slot.request));
    const isThere = source.tokens === slot.tokens.length && (source.from === "slot" || source.from === "nowhere");
    if (isThere && !slot.mustKeep && (slot.key === slot.request.key || slot.tokens.length === 0)) {
      slot.key = slot.request.key;
      return slot.tokens.length;
    }
    const kept = source.from === "kept" && (await states.isSound(source.id)) ? source.id : null;
    await steps.betweenSteps(() => this.#fill(slot, kept));
    return slot.tokens.length;
  }

  /** The request in it is over. */
  release(slot: Slot): void {
    this.#parts.slots.release(slot);
    this.#eraseForgotten(slot);
    this.looked();
    if (this.busy === 0) this.#keepWhenIdle();
  }

  /** Empties the slot of a request: its content is unknown after an error. */
  empty(slot: Slot): Promise<void> {
    return this.#emptyIf(slot, () => true);
  }

  /** Empties a slot whose content is nobody's any more, unless a request has it by then: its `release` comes here again. */
  #eraseForgotten(slot: Slot): void {
    const isForgotten = (): boolean => !slot.isBusy && slot.key !== null && this.#forgotten.has(slot.key);
    if (isForgotten()) void this.#emptyIf(slot, isForgotten);
  }

  async #emptyIf(slot: Slot, isToBeEmptied: () => boolean): Promise<void> {
    try {
      await this.#parts.steps.betweenSteps(() => {
        if (isToBeEmptied()) this.#clear(slot);
      });
    } catch (error) {
      this.#parts.warn(`Slot ${slot.id} could not be emptied: ${messageOf(error)}`);
    }
  }

  /** Drops what is kept of a key that opens nothing any more, and what slots hold of it. Null: all that is kept. */
  forget(key: string | null): void {
    this.#parts.states.forget(key);
    if (key === null) return;
    this.#forgotten.add(key);
    for (const slot of this.#parts.slots.all) this.#eraseForgotten(slot);
  }

  /** Gives back what is more than may be kept outside the slots now: others may have taken the memory. */
  trim(): void {
    if (this.keptBytes > 0) this.#parts.states.trim();
  }

  /** A step has begun or a request has ended: whoever waits for what another reads looks again. */
  looked(): void {
    if (this.#waiters.length === 0) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** Nothing is done ahead of time any more. */
  close(): void {
    clearTimeout(this.#idle);
    this.#parts.states.forget(null);
  }

  /** Prompts that begin alike and came together are read once: the others wait for the first to have read it. */
  async #waitForReaders(slot: Slot, signal: AbortSignal): Promise<void> {
    const { slots, context } = this.#parts;
    for (;;) {
      if (signal.aborted) return;
      const { tokens } = this.#sourceFor(slot, this.#keptFor(slot.request));
      if (slots.readerAhead(slot, tokens, worthCopying(context)) === undefined) return;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener("abort", wake);
          resolve();
        };
        signal.addEventListener("abort", wake, { once: true });
        this.#waiters.push(wake);
      });
    }
  }

  /** Between two steps: what leaves is kept, what is there is brought, and cut to what the prompt begins with. */
  async #fill(slot: Slot, keptId: number | null): Promise<void> {
    const { native, steps } = this.#parts;
    const { prompt, key, pieceTokens } = slot.request;
    if (slot.mustKeep) await this.#keep(slot);
    slot.mustKeep = false;
    if (slot.key !== key) this.#clear(slot);
    slot.key = key;
    // what others hold may have changed since the source was chosen
    const source = this.#sourceFor(
      slot,
      this.#keptFor(slot.request).filter(({ id }) => id === keptId),
    );
    try {
      await this.#bring(slot, source);
    } catch (error) {
      this.#parts.warn(`What was read of a prompt could not be reused: ${messageOf(error)}`);
      this.#clear(slot);
      slot.key = key;
    }
    keepFirst(native, slot, reusable(slot, prompt, pieceTokens), steps.pieceTokens);
  }

  async #bring(slot: Slot, source: Source): Promise<void> {
    const { native, slots, states, context, steps } = this.#parts;
    const { prompt, pieceTokens } = slot.request;
    if (source.from === "kept") {
      this.#clear(slot);
      slot.key = slot.request.key;
      if (!(await states.load(source.id, slot, context))) throw new Error("the kept conversation is gone");
    }
    const other = source.from === "other slot" ? slots.all[source.id] : undefined;
    // a window that slid has lost its beginning: a copy would begin in the middle
    if (other === undefined || !this.#isWhole(other)) return;
    await native.copy(other.id, slot.id);
    replaceTokens(slot.tokens, other.tokens);
    slot.wholeTokens = other.wholeTokens;
    const position = keepFirst(native, slot, reusable(slot, prompt, pieceTokens), steps.pieceTokens);
    await native.settleCopy(slot.id, position, prompt.slice(position, position + 1));
  }

  #sourceFor(slot: Slot, kept: readonly KeptFacts[]): Source {
    const { slots, context } = this.#parts;
    const { request } = slot;
    return chooseSource(slot.id, { slots: slots.facts(request), kept, promptLength: request.prompt.length, context });
  }

  #keptFor({ prompt, key, pieceTokens }: SlotRequest): KeptFacts[] {
    return this.#parts.states.facts(prompt, key, pieceTokens);
  }

  #isWhole({ id, tokens }: Slot): boolean {
    return tokens.length > 0 && this.#parts.native.minPosition(id) === 0;
  }

  #clear(slot: Slot): void {
    keepFirst(this.#parts.native, slot, 0, this.#parts.steps.pieceTokens);
    slot.key = null;
  }

  /** Writes what is next to leave its slot while nobody waits for it. */
  #keepWhenIdle(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => void this.#keepNext(), this.#parts.idleMs ?? usualIdleMs);
    this.#idle.unref();
  }

  async #keepNext(): Promise<void> {
    const { slots, steps } = this.#parts;
    const slot = slots.nextToLeave();
    if (slot === null || this.busy > 0) return;
    await steps.betweenSteps(async () => {
      if (!slot.isBusy) await this.#keep(slot);
    });
  }

  async #keep(slot: Slot): Promise<void> {
    if (slot.key === null || this.#forgotten.has(slot.key) || !this.#isWhole(slot)) return;
    await this.#parts.states.keep(slot, slot.key);
  }
}
