import { type Node, parseGbnf, type Rules } from "./gbnf.js";
import { seededRandom } from "./seeded-random.js";

/** Rules inside each other, and characters, after which the shortest way out is taken. */
const deepest = 40;
const longest = 400;

/** Texts that a grammar lets be written, at random, the same for the same seed. */
export class Sampler {
  readonly #rules: Rules;
  readonly #random: () => number;
  readonly #heights: ReadonlyMap<string, number>;
  #written = 0;

  constructor(grammar: string, seed: number) {
    this.#rules = parseGbnf(grammar);
    this.#random = seededRandom(seed);
    this.#heights = heightsOf(this.#rules);
  }

  text(): string {
    this.#written = 0;
    return this.#write({ kind: "rule", name: "root" }, 0);
  }

  #write(node: Node, depth: number): string {
    switch (node.kind) {
      case "characters":
        return this.#character(node.ranges);
      case "sequence":
        return node.parts.map((part) => this.#write(part, depth)).join("");
      case "choice": {
        const lowest = Math.min(...node.parts.map((part) => this.#height(part)));
        const parts = this.#isEnough(depth) ? node.parts.filter((part) => this.#height(part) === lowest) : node.parts;
        return this.#write(this.#one(parts), depth + 1);
      }
      case "rule":
        return this.#write(this.#rules.get(node.name)!, depth + 1);
      case "repeat":
        return Array.from({ length: this.#times(node.min, node.max, depth) }, () =>
          this.#write(node.part, depth + 1),
        ).join("");
    }
  }

  #isEnough(depth: number): boolean {
    return depth > deepest || this.#written > longest;
  }

  #times(min: number, max: number, depth: number): number {
    if (this.#isEnough(depth)) return min;
    // ends are where mistakes are
    if (max !== Infinity && this.#random() < 0.2) return max;
    return Math.min(max, min + Math.floor(this.#random() ** 3 * 6));
  }

  #character(ranges: readonly (readonly [number, number])[]): string {
    this.#written += 1;
    const [low, high] = this.#one(ranges);
    const edge = this.#random();
    const code =
      edge < 0.1 ? low : edge < 0.2 ? high : low + Math.floor(this.#random() * (Math.min(high, low + 200) - low + 1));
    return String.fromCodePoint(code);
  }

  #one<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random() * items.length)]!;
  }

  #height(node: Node): number {
    return heightOf(node, this.#heights);
  }
}

function heightOf(node: Node, heights: ReadonlyMap<string, number>): number {
  switch (node.kind) {
    case "characters":
      return 0;
    case "sequence":
      return Math.max(0, ...node.parts.map((part) => heightOf(part, heights)));
    case "choice":
      return 1 + Math.min(...node.parts.map((part) => heightOf(part, heights)));
    case "rule":
      return 1 + (heights.get(node.name) ?? Infinity);
    case "repeat":
      return node.min === 0 ? 0 : heightOf(node.part, heights);
  }
}

/** How many rules deep the shortest text of each rule is; Infinity for one that has none. */
export function heightsOf(rules: Rules): ReadonlyMap<string, number> {
  const heights = new Map<string, number>();
  for (let changed = true; changed; ) {
    changed = false;
    for (const [name, node] of rules) {
      const height = heightOf(node, heights);
      if (height >= (heights.get(name) ?? Infinity)) continue;
      heights.set(name, height);
      changed = true;
    }
  }
  return heights;
}
