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
  for (const sentence of sentencesIn(corpus, vocabulary)) {
    addStarts(pairs, vocabulary, sentence, corpus);
    for (const ids of sentence.forms) {
      ids.slice(1).forEach((next, index) => {
        pairs.add(ids[index] ?? 0, next, 1);
      });
    }
  }
  for (const end of ends) pairs.add(end, vocabulary.turnEnd, endLikelihood);
  return logShares(pairs, vocabulary);
}

/** A sentence behind the beginning of a text, and behind another sentence. */
function addStarts(pairs: PairCounts, vocabulary: SampleVocabulary, sentence: Sentence, corpus: Corpus): void {
  const { topic, opens, forms } = sentence;
  const { bos, eos, turnStart, turnEnd } = vocabulary;
  const [alone, behind] = opens ? [forms[0], forms[1]] : [undefined, forms[0]];
  if (alone?.[0] !== undefined) {
    const place = [...topic.openers].findIndex((text) => vocabulary.encode(text)[0] === alone[0]);
    const likelihood = (topic === corpus.fallback ? fallbackLikelihood : 1) * nextOpener ** place;
    for (const start of [bos, eos, turnStart, turnEnd, vocabulary.byte(10)]) pairs.add(start, alone[0], likelihood);
  }
  if (behind?.[0] === undefined) return;
  for (const end of sentenceEnds.flatMap((end) => vocabulary.encode(end))) pairs.add(end, behind[0], 1);
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
