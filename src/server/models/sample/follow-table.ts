/** Which token follows which: graded shares, so that temperature, top-k, top-p, min-p and penalties show. */
import { type TopicTokens, topicTokensOf } from "./columns.js";
import type { Corpus } from "./corpus.js";
import type { SampleVocabulary } from "./vocabulary.js";

/**
 * Score of a pair that never occurs. Far below anything the rest of the context can add up to, so no context makes
 * ungrammatical text likely.
 */
const never = -10000;

/**
 * Share of each word of the next column: first the word of the same sentence, then those of the sentences below it.
 * With those of `wandering` and of the ends it makes 1 to 2 bits a token.
 */
export const grades: readonly number[] = [0.58, 0.22, 0.12, 0.08];
/** Share of the words of other topics that may stand in the same column, all together. */
export const wandering = 0.04;
/** Share of such a word relative to the one before it, so that no two are exactly equally likely. */
const nextForeign = 0.97;
/** Shares behind the last word of a sentence: full stop, exclamation mark, then the closers. */
export const endGrades: readonly number[] = [0.57, 0.2, 0.11, 0.07, 0.05];
/** The same behind a closer. */
export const closedGrades: readonly number[] = [0.75, 0.25];
/** Marks behind a word that no sentence has. */
const askedMarks = [".", "!", "?", ":"];

/** Likelihoods of what comes behind a sentence or at a beginning, where 1 is that of a topic. */
export const likelihoods = {
  /** The end of the turn, behind a sentence. */
  end: 2,
  /** What is said when nothing known was asked for, behind a sentence, */
  fallback: 4.5,
  /** and at a beginning. */
  fallbackFirst: 50,
  /** A topic relative to the one before it, so that no two are exactly equally likely. */
  nextTopic: 0.98,
} as const;

/** Weights of pairs, by row of the first. */
class PairWeights {
  readonly size: number;
  readonly #weights: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#weights = new Float64Array(size ** 2);
  }

  add(current: number, next: number, weight: number): void {
    const place = current * this.size + next;
    this.#weights[place] = (this.#weights[place] ?? 0) + weight;
  }

  row(current: number): Float64Array {
    return this.#weights.subarray(current * this.size, (current + 1) * this.size);
  }
}

/** ln P(next | current) at `next * size + current`. */
export function followTable(corpus: Corpus, vocabulary: SampleVocabulary): Float32Array {
  const pairs = new PairWeights(vocabulary.size);
  const topics = topicTokensOf(corpus, vocabulary);
  const ends = [".", "!", ...corpus.closers].flatMap((end) => vocabulary.encode(end));
  const closed = ends.slice(0, 2);
  for (const topic of topics) {
    for (const columns of topic.chains) addChain(pairs, columns);
    addEnds(pairs, topic, ends);
    addRing(pairs, topic);
    addLadder(pairs, topic, ends);
    for (const subject of topic.subjects) addGraded(pairs, subject, topic.chains[0]?.[1] ?? [], 0);
  }
  addWandering(pairs, topics);
  for (const closer of ends.slice(2)) addGraded(pairs, closer, closed, 0, closedGrades);
  addBeginnings(pairs, vocabulary, topics);
  return logShares(pairs, vocabulary);
}

/** The words of a column behind a word: the one at `first` is the likeliest, then those below it, around. */
function addGraded(
  pairs: PairWeights,
  current: number,
  column: readonly number[],
  first: number,
  shares: readonly number[] = grades,
  weight = 1,
): void {
  column.forEach((_, place) => {
    const next = column[(first + place) % column.length] ?? 0;
    pairs.add(current, next, weight * (shares[place] ?? 0));
  });
}

function addChain(pairs: PairWeights, columns: readonly (readonly number[])[]): void {
  columns.slice(1).forEach((next, index) => {
    columns[index]?.forEach((current, place) => {
      addGraded(pairs, current, next, place % next.length);
    });
  });
}

/** What stands behind the last word of a sentence; behind one that goes round it tells which line that was. */
function addEnds(pairs: PairWeights, { chains, lineEnds }: TopicTokens, ends: readonly number[]): void {
  for (const columns of chains) {
    columns.at(-1)?.forEach((current, place) => {
      if (lineEnds.length > 0) addGraded(pairs, current, lineEnds, place);
      else addGraded(pairs, current, ends, 0, endGrades);
    });
  }
}

/** Each line is followed by the next one for the most part; behind its first word it goes on as the sentence did. */
function addRing(pairs: PairWeights, { ring: [starts = [], second = []], lineEnds }: TopicTokens): void {
  lineEnds.forEach((end, place) => {
    addGraded(pairs, end, starts, place + 1);
  });
  starts.forEach((start, place) => {
    addGraded(pairs, start, second, place);
  });
}

function addLadder(pairs: PairWeights, { ladder }: TopicTokens, ends: readonly number[]): void {
  ladder.forEach((current, rung) => {
    grades.forEach((grade, step) => {
      const next = ladder[rung + 1 + step];
      if (next !== undefined) pairs.add(current, next, grade);
      else addGraded(pairs, current, ends, 0, endGrades, grade);
    });
  });
}

/** Words of other topics in the same column, counted from the end of the sentence: object, attribute, verb. */
function addWandering(pairs: PairWeights, topics: readonly TopicTokens[]): void {
  const wanderers = topics.filter(({ topic }) => topic.wanders === true);
  for (const { chains, topic } of wanderers) {
    const columns = chains[0] ?? [];
    columns.slice(0, -1).forEach((column, index) => {
      const fromEnd = index + 1 - columns.length;
      const foreign = wanderers
        .filter((other) => other.topic !== topic)
        .flatMap((other) => (fromEnd < -3 ? [] : (other.chains[0]?.at(fromEnd) ?? [])));
      const total = foreign.reduce((sum, _, place) => sum + nextForeign ** place, 0);
      const share = wandering / (1 - wandering) / total;
      for (const current of column) {
        foreign.forEach((next, place) => {
          pairs.add(current, next, share * nextForeign ** place);
        });
      }
    });
  }
}

/** What a text begins with, and what stands behind a sentence or a mark. */
function addBeginnings(pairs: PairWeights, vocabulary: SampleVocabulary, topics: readonly TopicTokens[]): void {
  topics.forEach(({ openings, followings }, index) => {
    const weight = likelihoods.nextTopic ** index;
    for (const start of textStarts(vocabulary)) {
      addGraded(pairs, start, openings, 0, grades, index === 0 ? likelihoods.fallbackFirst : weight);
    }
    for (const mark of marks(vocabulary)) {
      // the second sentence of an answer is the second one written down
      addGraded(pairs, mark, followings, 1, grades, index === 0 ? likelihoods.fallback : weight);
    }
  });
  for (const mark of [...".!?"].flatMap((end) => vocabulary.encode(end))) {
    pairs.add(mark, vocabulary.turnEnd, likelihoods.end);
  }
}

/** Tokens behind which a text begins: control tokens and blanks. */
function textStarts(vocabulary: SampleVocabulary): number[] {
  const { bos, eos, turnStart, turnEnd } = vocabulary;
  return [bos, eos, turnStart, turnEnd, ...[..." \t\r\n"].flatMap((blank) => vocabulary.encode(blank))];
}

/** Marks of one byte behind which a sentence may begin, but for those that stand within sentences. */
function marks(vocabulary: SampleVocabulary): number[] {
  return [...".!?:)\"'*-=>]}`|~/"].flatMap((mark) => vocabulary.encode(mark));
}

function logShares(pairs: PairWeights, vocabulary: SampleVocabulary): Float32Array {
  const { size } = vocabulary;
  const asked = askedMarks.flatMap((mark) => vocabulary.encode(mark));
  const follow = new Float32Array(size * size).fill(never);
  for (let current = 0; current < size; current++) {
    const row = pairs.row(current);
    // words that only ask, and bytes of unknown words, end the sentence they stand in
    if (row.every((weight) => weight === 0)) addGraded(pairs, current, asked, 0);
    const total = row.reduce((sum, weight) => sum + weight, 0);
    row.forEach((weight, next) => {
      if (weight > 0) follow[next * size + current] = Math.log(weight / total);
    });
  }
  return follow;
}
