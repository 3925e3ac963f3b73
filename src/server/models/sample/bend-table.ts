/** How the words of the context bend what comes next. */

import type { Corpus } from "./corpus.js";
import { cuesOf, cueWeight } from "./cues.js";
import { ownLength, plainWord, type Sentence, sentencesIn, shareOfAnswer, successorOf } from "./sentences.js";
import type { SampleVocabulary } from "./vocabulary.js";

/**
 * Weights, each times the share of the context that a word is. Found by reading what comes out; only their relation to
 * each other matters. Together they stay far from the −10000 of impossible pairs.
 */
const weights = {
  /** A word speaks for the rest of its sentence. */
  sentence: 150,
  /** A word that was said speaks against being said again. */
  repeat: -1600,
  /** A word speaks a little against beginning another sentence of its topic, */
  further: -30,
  /** and clearly against opening the topic afresh within the same answer. */
  reopen: -300,
  /** What was talked about gets stale: a word speaks a little against opening its topic in another answer. */
  stale: -20,
  /** A word of an endless topic speaks against leaving it. */
  stay: -200,
  /** The opening of an answer speaks against ending it, */
  answer: -2000,
  /** and so does the beginning of a text. */
  text: -1300,
} as const;

/** Weight on the beginning of their own sentence that its words have together once they were said, */
const spentPull = -2600;
/** and on the beginning of the sentence that comes next. */
const successorPull = 1500;
/** Weight on the end of the turn that the words of a whole answer have together, */
const answerEnd = 2200;
/** and the words of a topic's last sentence on top. */
const lastSentenceEnd = 1300;

/** Weight of a context word on a next token, at `next * size + word`. */
export function bendTable(corpus: Corpus, vocabulary: SampleVocabulary): Float32Array {
  const bend = new Bend(vocabulary);
  const sentences = sentencesIn(corpus, vocabulary);
  const cues = cuesOf(corpus, sentences, vocabulary);
  const spoken = new Set(sentences.flatMap(({ forms }) => forms.flat()));
  for (const { token, weight, belongs } of cues) {
    for (const next of spoken) if (!belongs.has(next)) bend.add(next, token, weight);
  }
  for (const sentence of sentences) {
    bendWithin(bend, sentence);
    for (const other of sentences) bendTowards(bend, sentence, other, sentences);
    bendOutside(bend, sentence, vocabulary.turnEnd, sentences);
    bendToEnd(bend, sentence, vocabulary.turnEnd, sentences);
  }
  for (const word of vocabulary.encode("assistant")) bend.add(vocabulary.turnEnd, word, weights.answer);
  bend.add(vocabulary.turnEnd, vocabulary.bos, weights.text);
  return bend.table;
}

class Bend {
  readonly table: Float32Array;
  readonly #size: number;
  /** Words that differ only by a blank before them or a capital are one word to the repetition rule. */
  readonly #plain: readonly string[];

  constructor(vocabulary: SampleVocabulary) {
    this.#size = vocabulary.size;
    this.table = new Float32Array(this.#size ** 2);
    this.#plain = vocabulary.spellings.map((_, id) => plainWord(vocabulary, id));
  }

  add(next: number, word: number, weight: number): void {
    const place = next * this.#size + word;
    this.table[place] = (this.table[place] ?? 0) + weight;
  }

  isSameWord(one: number, other: number): boolean {
    return this.#plain[one] === this.#plain[other];
  }
}

function bendWithin(bend: Bend, sentence: Sentence): void {
  const { own, cues, entries } = sentence;
  const spent = spentPull / ownLength(sentence);
  for (const word of own) {
    for (const next of new Set([...own, ...entries])) {
      const weight = entries.has(next) ? spent : weights.sentence;
      bend.add(next, word, bend.isSameWord(next, word) ? weights.repeat : weight);
    }
  }
  // A word that was only asked about may still begin the answer.
  for (const cue of cues) if (!entries.has(cue)) bend.add(cue, cue, weights.repeat);
}

/** How the words of one sentence of a topic bend the beginning of another. */
function bendTowards(bend: Bend, sentence: Sentence, other: Sentence, sentences: readonly Sentence[]): void {
  if (other.topic !== sentence.topic || other === sentence) return;
  const [alone, behind = alone] = other.opens ? other.forms : [[], ...other.forms];
  for (const next of other.entries) {
    const weight = behind?.includes(next) ? weightBehind(sentence, other, sentences) : weights.stale;
    for (const word of sentence.own) bend.add(next, word, weight);
  }
}

function weightBehind(sentence: Sentence, other: Sentence, sentences: readonly Sentence[]): number {
  if (successorOf(sentence, sentences) === other) return successorPull / ownLength(sentence);
  // In a circle everything was said long ago; only the order counts.
  if (sentence.topic.endless) return 0;
  return other.opens ? weights.reopen : weights.further;
}

/** How the words of a topic bend everything outside of it. */
function bendOutside(bend: Bend, sentence: Sentence, end: number, sentences: readonly Sentence[]): void {
  const { topic, own } = sentence;
  const isInside = (other: Sentence): boolean => other.topic === topic;
  const inside = new Set(sentences.filter(isInside).flatMap(({ forms }) => forms.flat()));
  const others = sentences.filter((other) => !isInside(other));
  if (topic.endless) {
    const outside = new Set([end, ...others.flatMap(({ forms }) => forms.flat())].filter((id) => !inside.has(id)));
    for (const next of outside) for (const word of own) bend.add(next, word, weights.stay);
  } else if (topic.cues.length > 0) {
    // A whole answer takes back the cue that called for it, so that the next question counts more than the last one.
    const weight = -cueWeight * shareOfAnswer(sentence, sentences);
    const outside = new Set(others.flatMap(({ entries }) => [...entries]));
    for (const next of outside) for (const word of own) bend.add(next, word, weight);
  }
}

function bendToEnd(bend: Bend, sentence: Sentence, end: number, sentences: readonly Sentence[]): void {
  if (sentence.topic.endless) return;
  const isLast = successorOf(sentence, sentences) === undefined;
  const last = isLast ? lastSentenceEnd / ownLength(sentence) : 0;
  const weight = answerEnd * shareOfAnswer(sentence, sentences) + last;
  for (const word of sentence.own) bend.add(end, word, weight);
}
