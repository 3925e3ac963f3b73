import { boundaries, type Language, type Languages, LanguageTooLarge, type Ranges, textEnd } from "./languages.js";

/** A place in a text: where which characters lead, and whether the text may end. */
export interface State {
  readonly isEnd: boolean;
  /** Only ways that lead to an end. */
  readonly ways: readonly { readonly ranges: Ranges; readonly to: number }[];
}

/** Places of one language. A date and time has 50, a name excepted from others one a character. */
const mostStates = 2_000;

const known = new WeakMap<Language, readonly State[]>();

/** The places of a language, the first one first; empty when it has no text. Throws `LanguageTooLarge`. */
export function automaton(languages: Languages, language: Language): readonly State[] {
  const states = known.get(language) ?? statesOf(languages, language);
  known.set(language, states);
  return states;
}

function statesOf(languages: Languages, language: Language): readonly State[] {
  const found: Language[] = [language];
  const numbers = new Map([[language, 0]]);
  const states: State[] = [];
  for (let at = 0; at < found.length; at += 1) {
    const ways = waysFrom(languages, found[at]!).map(({ ranges, to }) => {
      let number = numbers.get(to);
      if (number === undefined) {
        number = found.push(to) - 1;
        numbers.set(to, number);
      }
      return { ranges, to: number };
    });
    if (found.length > mostStates)
      throw new LanguageTooLarge(`its texts have more than ${mostStates} different places`);
    states.push({ isEnd: found[at]!.isNullable, ways });
  }
  return withoutDeadEnds(states);
}

function waysFrom(languages: Languages, from: Language): { ranges: Ranges; to: Language }[] {
  const edges = [...new Set([0, 0xd800, 0xe000, textEnd, textEnd + 1, ...boundaries(from)])].sort((a, b) => a - b);
  const ways = new Map<Language, [number, number][]>();
  for (const [index, low] of edges.slice(0, -1).entries()) {
    const high = edges[index + 1]! - 1;
    if (low > textEnd || (low >= 0xd800 && high <= 0xdfff)) continue;
    const to = languages.after(from, low);
    if (to === languages.none) continue;
    const ranges = ways.get(to) ?? [];
    const last = ranges.at(-1);
    // the end stays apart from characters
    if (last !== undefined && last[1] + 1 === low && low < textEnd) last[1] = high;
    else ranges.push([low, high]);
    ways.set(to, ranges);
  }
  return [...ways].map(([to, ranges]) => ({ ranges, to }));
}

/** The same, but only texts of `min` to `max` characters, before the end that closes a string; `max` may be Infinity. */
export function counted(states: readonly State[], min: number, max: number): readonly State[] {
  const most = max === Infinity ? min : max;
  const numbers = new Map<number, number>([[0, 0]]);
  const found = [0];
  const result: State[] = [];
  for (const key of found) {
    const count = key % (most + 2);
    const { isEnd, ways } = states[Math.floor(key / (most + 2))] ?? { isEnd: false, ways: [] };
    const isClosed = (to: Ranges): boolean => to[0]![0] === textEnd;
    const open = ways.filter(({ ranges }) => (isClosed(ranges) ? count >= min : count < max));
    result.push({
      isEnd,
      ways: open.map(({ ranges, to }) => {
        const next = to * (most + 2) + (isClosed(ranges) ? most + 1 : Math.min(count + 1, most));
        if (!numbers.has(next)) numbers.set(next, found.push(next) - 1);
        return { ranges, to: numbers.get(next)! };
      }),
    });
    if (found.length > mostStates)
      throw new LanguageTooLarge(`its texts have more than ${mostStates} different places`);
  }
  return withoutDeadEnds(result);
}

function withoutDeadEnds(states: readonly State[]): readonly State[] {
  const before = states.map((): number[] => []);
  for (const [from, { ways }] of states.entries()) for (const { to } of ways) before[to]!.push(from);
  const living = new Set<number>();
  const open = [...states.keys()].filter((at) => states[at]!.isEnd);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (living.has(at)) continue;
    living.add(at);
    open.push(...before[at]!);
  }
  if (!living.has(0)) return [];
  return states.map(({ isEnd, ways }) => ({ isEnd, ways: ways.filter(({ to }) => living.has(to)) }));
}
