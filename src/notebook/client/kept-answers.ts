/** The last answers of this kernel, whatever became of the cells that asked. */
import type { Kept, KeptAnswer } from "./kept-answer.js";

/** The last answers of a lab in this kernel, oldest first: an array. Shows itself as a table. */
export interface KeptAnswers extends ReadonlyArray<KeptAnswer> {
  /** Forgets them; those under way run on. */
  clear(): void;
}

/** How many answers a kernel keeps, of all its labs together. */
const mostAnswers = 200;
/** Characters they may have together: beyond it the oldest are forgotten, whatever their number. */
const mostCharacters = 20_000_000;

// biome-ignore lint/suspicious/noExplicitAny: what the work gives does not matter here
type AnyKept = Kept<any>;

interface Place {
  /** The lab it was asked of. */
  readonly lab: string;
  readonly kept: AnyKept;
}

const key = Symbol.for("locallab.answers");

/** One list per process, however often this package was loaded. */
function places(): Place[] {
  const holder = globalThis as { [key]?: Place[] };
  holder[key] ??= [];
  return holder[key];
}

/** The answers of one lab. A lab that is started again under its name goes on with them. */
export class AnswerShelf {
  readonly #lab: string;

  /** `lab` is what stays the same of it: the name of one of this machine, the address of another. */
  constructor(lab: string) {
    this.#lab = lab;
  }

  add<Value>(kept: Kept<Value>): void {
    const all = places();
    all.push({ lab: this.#lab, kept });
    while (all.length > mostAnswers) all.shift();
    kept.work?.onEnd(() => this.#makeRoom());
  }

  /** Oldest first. */
  get all(): AnyKept[] {
    return places()
      .filter(({ lab }) => lab === this.#lab)
      .map(({ kept }) => kept);
  }

  /** The one that was asked last. */
  get last(): AnyKept | undefined {
    return this.all.at(-1);
  }

  clear(): void {
    const others = places().filter(({ lab }) => lab !== this.#lab);
    places().splice(0, Number.POSITIVE_INFINITY, ...others);
  }

  #makeRoom(): void {
    const all = places();
    let characters = all.reduce((sum, { kept }) => sum + sizeOf(kept), 0);
    while (characters > mostCharacters && all.length > 1) characters -= sizeOf((all.shift() as Place).kept);
  }
}

const sizeOf = ({ text, reasoning, batch }: KeptAnswer): number =>
  text.length + reasoning.length + (batch?.reduce((sum, entry) => sum + entry.text.length, 0) ?? 0);
