import { callable, DictValue, ListValue, toValue, type Value, WholeValue } from "./jinja.js";

/** A dictionary with numbers as keys, which the engine's own refuses. Templates keep tables of sizes in them. */
export class NumberKeys extends DictValue {
  readonly #entries: readonly (readonly [number, Value])[];

  constructor(entries: ReadonlyMap<unknown, Value>) {
    super(new Map([...entries].map(([key, value]) => [String(key), value])));
    this.#entries = [...entries].map(([key, value]) => [Number(key), value]);
    // the engine's class has it as a getter, which a class of no known shape cannot override
    Object.defineProperty(this, "builtins", { value: this.#methods() });
  }

  at(key: unknown): Value | undefined {
    return this.#entries.find(([one]) => one === key)?.[1];
  }

  /** What a loop over it goes through. */
  keys(): Value {
    return new ListValue(this.#entries.map(([key]) => new WholeValue(key)));
  }

  /** What the engine finds behind a point, and as filters. */
  #methods(): ReadonlyMap<string, Value> {
    const sorted = [...this.#entries].sort(([one], [other]) => one - other);
    return new Map([
      ["keys", callable(() => this.keys())],
      ["values", callable(() => new ListValue(this.#entries.map(([, value]) => value)))],
      ["items", callable(() => pairs(this.#entries))],
      ["dictsort", callable(() => pairs(sorted))],
      ["get", callable((key, otherwise) => this.at(key?.value) ?? otherwise ?? toValue(null))],
    ]);
  }
}

const pairs = (entries: readonly (readonly [number, Value])[]): Value =>
  new ListValue(entries.map(([key, value]) => new ListValue([new WholeValue(key), value])));
