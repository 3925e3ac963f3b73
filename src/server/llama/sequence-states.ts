import { randomBytes } from "node:crypto";
import { closeSync, openSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import type { Token } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { KeptFacts } from "./choose-slot.js";
import { commonPrefix, type HeldTokens, replaceTokens, reusable } from "./reuse.js";
import { sealState, stateProblem } from "./state-file.js";

/** The part of the native context that this needs. */
export interface StateMover {
  save(path: string, sequenceId: number, tokens: readonly Token[]): Promise<number>;
  load(path: string, sequenceId: number, mostTokens: number): Promise<Token[]>;
}

export interface StatesParts {
  readonly native: StateMover;
  /** A folder that only this user can read. null, or a folder that is not there: nothing is kept. */
  readonly folder: string | null;
  /** Bytes that all files together may take now; `own` are those they take. */
  readonly limitBytes: (own: number) => number;
  /** Bytes that a token takes, as far as that is known before the first file. */
  readonly tokenBytes: number;
  /** Says of which model, engine and context a file is. */
  readonly fingerprint: string;
  readonly warn: (message: string) => void;
}

type Held = HeldTokens & { readonly id: number };

interface Kept {
  readonly id: number;
  readonly path: string;
  readonly key: string;
  readonly tokens: readonly Token[];
  readonly wholeTokens: number;
  sizeBytes: number;
  /** False until its checksum is in it. */
  isReady: boolean;
  isDropped: boolean;
}

/** Share of a file system that is left to others. */
const leftFree = 0.1;

/**
 * Conversations that left their slots, in files, apart by key. The one unused for longest goes first when there are too
 * many bytes. Whatever goes wrong with a file costs its conversation the time to be read again, and nothing else.
 */
export class SequenceStates {
  readonly #parts: StatesParts;
  /** The one used last is the last. */
  #kept: Kept[] = [];
  #tokenBytes: number;
  #nextId = 1;

  constructor(parts: StatesParts) {
    this.#parts = parts;
    this.#tokenBytes = parts.tokenBytes;
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.#kept.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** What is kept of this key that a prompt can build on. `pieceTokens` as for `reusable`. */
  facts(prompt: readonly Token[], key: string, pieceTokens: number | null): KeptFacts[] {
    const own = this.#kept.filter((kept) => kept.isReady && kept.key === key);
    return own.map((kept) => ({
      id: kept.id,
      held: kept.tokens.length,
      usable: reusable(kept, prompt, pieceTokens),
    }));
  }

  /** Whether all that this key's slot holds is kept. */
  covers({ tokens }: Pick<HeldTokens, "tokens">, key: string): boolean {
    return this.#kept.some((kept) => kept.key === key && isBeginning(tokens, kept.tokens));
  }

  /** Keeps what a slot holds, if there is room for it. To be called between two steps; its checksum is made later. */
  async keep({ id, tokens, wholeTokens }: Held, key: string): Promise<void> {
    const expected = tokens.length * this.#tokenBytes;
    const { folder } = this.#parts;
    if (folder === null || !hasRoom(folder, expected) || this.covers({ tokens }, key) || !this.#makeRoom(expected))
      return;
    const name = `${this.#nextId}-${randomBytes(8).toString("hex")}.state`;
    const kept: Kept = {
      id: this.#nextId++,
      path: join(folder, name),
      key,
      tokens: [...tokens],
      wholeTokens,
      sizeBytes: expected,
      isReady: false,
      isDropped: false,
    };
    this.#kept.push(kept);
    try {
      // the library would make it readable for all
      closeSync(openSync(kept.path, "wx", 0o600));
      kept.sizeBytes = await this.#parts.native.save(kept.path, id, tokens);
      this.#tokenBytes = kept.sizeBytes / tokens.length;
    } catch (error) {
      this.#drop(kept);
      this.#parts.warn(`A conversation could not be kept: ${messageOf(error)}`);
      return;
    }
    void this.#seal(kept);
  }

  /** Sees whether a file is what was written. False: it is gone, and its conversation is to be read again. */
  async isSound(id: number): Promise<boolean> {
    const kept = this.#find(id);
    if (kept === undefined) return false;
    try {
      const problem = await stateProblem(kept.path, kept.tokens.length, this.#originOf(kept));
      if (problem === null) return !kept.isDropped;
      this.#parts.warn(`A kept conversation is dropped: ${problem}.`);
    } catch (error) {
      this.#parts.warn(`A kept conversation cannot be read: ${messageOf(error)}`);
    }
    this.#drop(kept);
    return false;
  }

  /**
   * Makes an empty slot hold what was kept. To be called between two steps, after `isSound`. False when it is not there
   * any more or could not be read: what the slot holds is unknown then.
   */
  async load(id: number, slot: Held, mostTokens: number): Promise<boolean> {
    const kept = this.#find(id);
    if (kept === undefined) return false;
    try {
      const tokens = await this.#parts.native.load(kept.path, slot.id, mostTokens);
      if (tokens.length !== kept.tokens.length) throw new Error(`it has ${tokens.length} tokens`);
    } catch (error) {
      this.#parts.warn(`A kept conversation could not be put back: ${messageOf(error)}`);
      this.#drop(kept);
      return false;
    }
    replaceTokens(slot.tokens, kept.tokens);
    slot.wholeTokens = kept.wholeTokens;
    this.#kept = [...this.#kept.filter((other) => other !== kept), kept];
    return true;
  }

  /** Drops what is kept of a key; of all without one. */
  forget(key: string | null): void {
    for (const kept of this.#kept) if (key === null || kept.key === key) this.#drop(kept);
  }

  /** Drops what is more than may be kept now. */
  trim(): void {
    this.#makeRoom(0);
  }

  async #seal(kept: Kept): Promise<void> {
    try {
      kept.sizeBytes = await sealState(kept.path, kept.tokens.length, this.#originOf(kept));
      kept.isReady = !kept.isDropped;
    } catch (error) {
      if (!kept.isDropped) this.#parts.warn(`A conversation could not be kept: ${messageOf(error)}`);
      this.#drop(kept);
    }
    // it was dropped meanwhile
    if (!kept.isReady) return remove(kept.path);
    for (const other of this.#kept) {
      if (other !== kept && other.key === kept.key && isBeginning(other.tokens, kept.tokens)) this.#drop(other);
    }
  }

  /** Drops the oldest ones until so many bytes more may be kept; false when that cannot be. */
  #makeRoom(bytes: number): boolean {
    const mostBytes = this.#parts.limitBytes(this.bytes);
    if (bytes > mostBytes) return false;
    for (const kept of this.#kept) {
      if (this.bytes + bytes <= mostBytes) break;
      this.#drop(kept);
    }
    return true;
  }

  #find(id: number): Kept | undefined {
    return this.#kept.find((kept) => kept.id === id && kept.isReady);
  }

  #originOf({ key }: Kept): { fingerprint: string; key: string } {
    return { fingerprint: this.#parts.fingerprint, key };
  }

  #drop(kept: Kept): void {
    kept.isDropped = true;
    kept.isReady = false;
    this.#kept = this.#kept.filter((other) => other !== kept);
    remove(kept.path);
  }
}

/** Whether all of one list is the beginning of the other. */
function isBeginning(one: readonly Token[], other: readonly Token[]): boolean {
  // conversations that begin alike end differently
  const mayBe = one.length <= other.length && one.at(-1) === other[one.length - 1];
  return mayBe && commonPrefix(one, other) === one.length;
}

function hasRoom(folder: string, bytes: number): boolean {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return bavail * bsize - bytes >= leftFree * blocks * bsize;
  } catch {
    // it is gone, or cannot be asked: then nothing is written there
    return false;
  }
}

function remove(path: string): void {
  rmSync(path, { force: true });
}
