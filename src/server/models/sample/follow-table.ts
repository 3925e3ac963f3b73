/** Which token follows which in the sentences of a corpus. */
import type { Corpus } from "./corpus.js";
import { type Sentence, sentencesIn } from "./sentences.js";
import type { SampleVocabulary } from "./vocabulary.js";

/**
 * Score of a pair that never occurs. Far below anything the rest of the context can add up to, so no context makes
 * ungrammatical text likely.
 */
const never = -10000;

/** Marks after which a sentence, or the end of the turn, comes. */
const sentenceEnds = [".", "!", "?"];
/** Likelihood of ending after a sentence, where 1 is the likelihood of a topic's first sentence. */
const endLikelihood = 0.5;
/** The same for what is said when nothing known was asked for. */
const fallbackLikelihood = 50;
/** Likelihood of a topic's opener relative to the one before it. */
const nextOpener = 0.8;
/** Likelihood of a sentence relative to the one before it, so that no two continuations are exactly equally likely. */
const nextSentence = 0.995;

/** Counts of pairs, by row of the first. */
class PairCounts {
  readonly #vocabulary: SampleVocabulary;
  readonly #counts: Float64Array;

  constructor(vocabulary: SampleVocabulary) {
    this.#vocabulary = vocabulary;
    this.#counts = new Float64Array(vocabulary.size ** 2);
  }

  add(current: number, next: number, count: number): void {
    const place = current * this.#vocabulary.size + next;
    this.#counts[place] = (this.#counts[place] ?? 0) + count;
  }

  row(current: number): Float64Array {
    const { size } = this.#vocabulary;
    return this.#counts.subarray(current * size, (current + 1) * size);
  }
}

/** ln P(next | current) at `next * size + current`. */
export function followTable(corpus: Corpus, vocabulary: SampleVocabulary): Float32Array {
  const pairs = new PairCounts(vocabulary);
  const ends = sentenceEnds.flatMap((end) => vocabulary.encode(end));
  sentencesIn(corpus, vocabulary).forEach((sentence, index) => {
    const weight = nextSentence ** index;
    addStarts(pairs, vocabulary, sentence, weight * openerWeight(sentence, corpus), weight);
    for (const ids of sentence.forms) {
      ids.slice(1).forEach((next, place) => {
        pairs.add(ids[place] ?? 0, next, weight);
      });
    }
  });
  for (const end of ends) pairs.add(end, vocabulary.turnEnd, endLikelihood);
  return logShares(pairs, vocabulary);
}

/** A sentence behind the beginning of a text, and behind another sentence. */
function addStarts(
  pairs: PairCounts,
  vocabulary: SampleVocabulary,
  sentence: Sentence,
  alone: number,
  behind: number,
): void {
  const [first, second] = sentence.opens ? sentence.forms : [undefined, ...sentence.forms];
  if (first?.[0] !== undefined) {
    for (const start of textStarts(vocabulary)) pairs.add(start, first[0], alone);
  }
  if (second?.[0] === undefined) return;
  for (const mark of marks(vocabulary)) pairs.add(mark, second[0], behind);
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

function openerWeight({ topic, place }: Sentence, corpus: Corpus): number {
  return (topic === corpus.fallback ? fallbackLikelihood : 1) * nextOpener ** place;
}

function logShares(pairs: PairCounts, vocabulary: SampleVocabulary): Float32Array {
  const { size } = vocabulary;
  const [fullStop = 0] = vocabulary.encode(".");
  const follow = new Float32Array(size * size).fill(never);
  for (let current = 0; current < size; current++) {
    const row = pairs.row(current);
    const total = row.reduce((sum, count) => sum + count, 0);
    // Words that only ask, and bytes of unknown words, end the sentence they stand in.
    if (total === 0) follow[fullStop * size + current] = 0;
    row.forEach((count, next) => {
      if (count > 0) follow[next * size + current] = Math.log(count / total);
    });
  }
  return follow;
}
