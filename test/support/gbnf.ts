/** Grammars as llama.cpp reads them, in so far as this project writes them: parsed, and held against texts. */

export type Node =
  | { readonly kind: "characters"; readonly ranges: readonly (readonly [low: number, high: number])[] }
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Node[] }
  | { readonly kind: "rule"; readonly name: string }
  | { readonly kind: "repeat"; readonly part: Node; readonly min: number; readonly max: number };

export type Rules = ReadonlyMap<string, Node>;

/** Throws where llama.cpp would: unknown rules, brackets that do not match, more repetitions than it unrolls. */
export function parseGbnf(text: string): Rules {
  const rules = new Map<string, Node>();
  for (const line of text.split("\n").filter((one) => one !== "")) {
    const [, name = "", body = ""] = /^([a-zA-Z0-9-]+) ::= (.*)$/.exec(line) ?? [];
    if (name === "" || rules.has(name)) throw new Error(`no rule, or one that is there: ${line}`);
    rules.set(name, new BodyReader(body).whole());
  }
  for (const node of rules.values()) checkNames(node, rules);
  return rules;
}

function checkNames(node: Node, rules: Rules): void {
  if (node.kind === "rule" && !rules.has(node.name)) throw new Error(`no rule ${node.name}`);
  if (node.kind === "repeat") checkNames(node.part, rules);
  if (node.kind === "sequence" || node.kind === "choice") for (const part of node.parts) checkNames(part, rules);
}

class BodyReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw new Error(`not read: ${this.#text.slice(this.#at)}`);
    return node;
  }

  #choice(): Node {
    const parts = [this.#sequence()];
    while (this.#take(/\| */y)) parts.push(this.#sequence());
    return parts.length === 1 ? parts[0]! : { kind: "choice", parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    for (let item = this.#item(); item !== undefined; item = this.#item()) parts.push(this.#repeated(item));
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  #repeated(part: Node): Node {
    const times = this.#take(/(?:[*+?]|\{(\d+)(,?)(\d*)\}) */y);
    if (times === undefined) return part;
    const [text, min, comma, max] = times;
    if (text[0] !== "{")
      return { kind: "repeat", part, min: text[0] === "+" ? 1 : 0, max: text[0] === "?" ? 1 : Infinity };
    const most = comma === "" ? Number(min) : max === "" ? Infinity : Number(max);
    if (Number(min) > 2000 || (most !== Infinity && most > 2000)) throw new Error(`more than is unrolled: ${text}`);
    return { kind: "repeat", part, min: Number(min), max: most };
  }

  #item(): Node | undefined {
    const name = this.#take(/([a-zA-Z0-9-]+) */y);
    if (name !== undefined) return { kind: "rule", name: name[1]! };
    const quoted = this.#take(/"((?:\\(?:["\\]|x..|u....|U........)|[^"\\])*)" */y);
    if (quoted !== undefined)
      return {
        kind: "sequence",
        parts: codes(quoted[1]!).map((code) => ({ kind: "characters", ranges: [[code, code]] })),
      };
    const listed = this.#take(/\[((?:\\(?:x..|u....|U........|.)|[^\]\\^])+)\] */y);
    if (listed !== undefined) return { kind: "characters", ranges: rangesOf(listed[1]!) };
    if (this.#take(/\( */y) === undefined) return undefined;
    const node = this.#choice();
    if (this.#take(/\) */y) === undefined) throw new Error(`no ")" in ${this.#text}`);
    return node;
  }

  #take(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.#at;
    const match = form.exec(this.#text) ?? undefined;
    if (match !== undefined) this.#at += match[0].length;
    return match;
  }
}

const characters = (text: string): string[] => text.match(/\\(?:x..|u....|U........|.)|[^\\]/gsu) ?? [];
const codeOf = (one: string): number =>
  /^\\[xuU]/.test(one) ? Number.parseInt(one.slice(2), 16) : one.codePointAt(one.startsWith("\\") ? 1 : 0)!;
const codes = (text: string): number[] => characters(text).map(codeOf);

function rangesOf(text: string): [number, number][] {
  const parts = characters(text);
  const ranges: [number, number][] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const isRange = parts[at + 1] === "-" && at + 2 < parts.length;
    ranges.push([codeOf(parts[at]!), codeOf(parts[isRange ? at + 2 : at]!)]);
    if (isRange) at += 2;
  }
  return ranges;
}

/** What is still to come, the next first. */
interface Frame {
  readonly id: number;
  readonly node: Node;
  readonly rest: Frame | undefined;
}

/** Holds texts against a grammar, as a machine with all its possible stacks at once. */
export class Matcher {
  readonly #rules: Rules;
  readonly #frames = new Map<string, Frame>();
  readonly #nodes = new Map<Node, number>();
  readonly #repeats = new Map<string, Node>();
  /** The most stacks that were open at once: what a step of the engine costs. */
  mostStacks = 0;

  constructor(grammar: string) {
    this.#rules = parseGbnf(grammar);
  }

  accepts(text: string): boolean {
    let stacks = this.#open([this.#push(this.#rules.get("root")!, undefined)]);
    for (const one of text) {
      const code = one.codePointAt(0)!;
      const next = [...stacks]
        .filter((frame) => frame !== undefined && isIn(frame.node, code))
        .map((frame) => frame!.rest);
      stacks = this.#open(next);
      if (stacks.size === 0) return false;
    }
    return stacks.has(undefined);
  }

  /** Stacks whose first frame is a character, or that are empty. */
  #open(from: readonly (Frame | undefined)[]): Set<Frame | undefined> {
    const open = new Set<Frame | undefined>();
    const seen = new Set<Frame | undefined>();
    const todo = [...from];
    while (todo.length > 0) {
      const frame = todo.pop();
      if (seen.has(frame)) continue;
      seen.add(frame);
      if (frame === undefined || frame.node.kind === "characters") open.add(frame);
      else todo.push(...this.#expand(frame));
    }
    this.mostStacks = Math.max(this.mostStacks, open.size);
    return open;
  }

  #expand({ node, rest }: Frame): (Frame | undefined)[] {
    switch (node.kind) {
      case "rule":
        return [this.#push(this.#rules.get(node.name)!, rest)];
      case "choice":
        return node.parts.map((part) => this.#push(part, rest));
      case "sequence":
        return [node.parts.reduceRight((after, part) => this.#push(part, after), rest)];
      case "repeat": {
        const { part, min, max } = node;
        const more =
          max > 0 ? [this.#push(part, this.#push(this.#repeat(part, Math.max(0, min - 1), max - 1), rest))] : [];
        return min === 0 ? [...more, rest] : more;
      }
      default:
        return [];
    }
  }

  #repeat(part: Node, min: number, max: number): Node {
    const key = `${this.#number(part)} ${min} ${max}`;
    const known = this.#repeats.get(key) ?? { kind: "repeat", part, min, max };
    this.#repeats.set(key, known);
    return known;
  }

  #push(node: Node, rest: Frame | undefined): Frame {
    const key = `${this.#number(node)} ${rest?.id ?? ""}`;
    const known = this.#frames.get(key) ?? { id: this.#frames.size, node, rest };
    this.#frames.set(key, known);
    return known;
  }

  #number(node: Node): number {
    const known = this.#nodes.get(node) ?? this.#nodes.size;
    this.#nodes.set(node, known);
    return known;
  }
}

const isIn = (node: Node, code: number): boolean =>
  node.kind === "characters" && node.ranges.some(([low, high]) => low <= code && code <= high);
