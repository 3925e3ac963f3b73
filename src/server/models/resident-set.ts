/** The models in memory, from the moment they answer until they are gone; and which of them may not leave. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { settlesWithin } from "../async/within.js";
import type { Generation } from "../engine/generation.js";
import type { Log } from "../log.js";
import { meaningOf } from "./alias-names.js";
import type { Resident } from "./resident.js";
import type { Occupant } from "./residents-plan.js";

export interface SetParts {
  readonly log: Log;
  /** Cores that all engines together may use. */
  readonly threads: number;
  /** Other names of models, each as "name=id". Default none. */
  readonly alias?: readonly string[] | undefined;
  /** One has gone, or has nothing to do any more. */
  readonly onChange: () => void;
}

export class ResidentSet {
  readonly #parts: SetParts;
  readonly #all = new Set<Resident>();
  readonly #going = new Map<Resident, Promise<void>>();
  readonly #watched = new Set<Resident>();
  readonly #pins = new Map<string, number>();
  #keepsOwnerSlot = false;

  constructor(parts: SetParts) {
    this.#parts = parts;
  }

  get all(): Resident[] {
    return [...this.#all];
  }

  get occupants(): Occupant[] {
    return this.all.map((resident) => resident.occupant(this.#pins.has(resident.id)));
  }

  /** What a name stands for: the model that the owner called so, else itself. */
  meaning(name: string): string {
    return meaningOf(name, this.#parts.alias ?? []);
  }

  /** The model that takes requests; undefined when it is not there or is leaving. */
  find(modelId: string): Resident | undefined {
    return this.all.findLast(({ id, isLeaving }) => id === modelId && !isLeaving);
  }

  /** It takes requests now. An earlier one with the same model leaves. */
  add(resident: Resident): void {
    const previous = this.find(resident.id);
    this.#all.add(resident);
    resident.engine.keepOwnerSlot(this.#keepsOwnerSlot);
    if (previous !== undefined) void this.leave(previous);
  }

  submit(resident: Resident, generation: Generation): void {
    resident.submit(generation);
    resident.touch();
    this.watch(resident);
    this.shareCores();
  }

  /** Gives it no new requests and ends it once it is idle. Resolves when it is gone. */
  leave(resident: Resident): Promise<void> {
    const going = this.#going.get(resident);
    if (going !== undefined) return going;
    resident.isLeaving = true;
    const { engine } = resident;
    const gone = engine
      .idle()
      .then(() => engine.close())
      .catch((error: unknown) => this.#parts.log.error("an engine did not end", { model: resident.id, error }))
      .finally(() => {
        this.#all.delete(resident);
        this.#going.delete(resident);
        this.#parts.onChange();
      });
    this.#going.set(resident, gone);
    return gone;
  }

  /** Keeps this model until the owner unloads it. Call `unpin` once for each. */
  pin(modelId: string): void {
    this.#pins.set(modelId, (this.#pins.get(modelId) ?? 0) + 1);
  }

  unpin(modelId: string): void {
    const left = (this.#pins.get(modelId) ?? 1) - 1;
    if (left === 0) this.#pins.delete(modelId);
    else this.#pins.set(modelId, left);
    this.#parts.onChange();
  }

  /** For the engines that are there and those that come. */
  keepOwnerSlot(isKept: boolean): void {
    this.#keepsOwnerSlot = isKept;
    for (const { engine } of this.#all) engine.keepOwnerSlot(isKept);
  }

  /** Lets go of what was idle for longer than it is kept. Returns the milliseconds until the next one, or Infinity. */
  expire(isWanted: (modelId: string) => boolean): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const resident of this.#all) {
      const isNeeded = this.#pins.has(resident.id) || isWanted(resident.id);
      if (resident.isLeaving || isNeeded || resident.requests > 0) continue;
      const leftMs = resident.keepAliveMs - resident.idleMs;
      if (leftMs <= 0) void this.leave(resident);
      else nextMs = Math.min(nextMs, leftMs);
    }
    return nextMs;
  }

  /** Says so once its engine has nothing to do. */
  watch(resident: Resident): void {
    if (this.#watched.has(resident) || resident.requests === 0) return;
    this.#watched.add(resident);
    const idle = async (): Promise<void> => {
      await resident.engine.idle();
      // whoever is told may ask again at once: what else happens here must have its turn in between
      await nextTurn();
    };
    void idle().then(() => {
      this.#watched.delete(resident);
      this.#parts.onChange();
    });
  }

  /** Engines that work together never use more threads than there are cores: waiting for a core costs them most. */
  shareCores(): void {
    const working = this.all.filter(({ requests }) => requests > 0);
    const share = Math.max(1, Math.floor(this.#parts.threads / Math.max(1, working.length)));
    for (const resident of working) resident.useThreads(share);
  }

  /** Gives what runs `drainMs` milliseconds, then ends every engine. Returns how many requests were cancelled. */
  async close(drainMs: number): Promise<number> {
    let cancelled = 0;
    const end = async ({ engine }: Resident): Promise<void> => {
      await settlesWithin(drainMs, engine.idle());
      cancelled += engine.busy + engine.waiting;
      await engine.close();
    };
    await Promise.all(this.all.map(end));
    this.#all.clear();
    return cancelled;
  }
}
