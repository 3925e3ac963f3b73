/** How the words of the context bend what comes next: which topic, whether to end, and a little against saying it again. */
import { type TopicTokens, topicTokensOf } from "./columns.js";
import type { Corpus } from "./corpus.js";
import type { SampleVocabulary } from "./vocabulary.js";

/**
 * Weights in units of `unit`, each times the share of the context that a word is. An answer is an opening sentence and
 * one behind it, which together take back the cue that called for them, so that the next question counts.
 */
export const weights = {
  /** A cue speaks for the first words of its topic's sentences, */
  cue: 1,
  /** and a hint does so less. */
  hint: 0.7,
  /** The first word of an answer takes back that much, */
  opened: -0.4,
  /** the first word of a sentence behind it the rest. */
  followed: -0.6,
  /** What is said when nothing known was asked for speaks for saying more of it, once. */
  fallback: 0.3,
  /** The last sentence of an answer speaks for the end, */
  ended: 0.6,
  /** and each answer that was begun against it, a little less: so an answer ends, whatever turn it is. */
  begun: -0.45,
  /** The first word of a sentence speaks against beginning another with it, */
  sameStart: -0.1,
  /** and any other word against itself. */
  sameWord: -0.02,
} as const;

/** Large enough to decide in a context of some hundred tokens, and far from the −10000 of impossible pairs. */
const unit = 3000;

type Add = (next: number, word: number, weight: number) => void;

/** Weight of a context word on a next token, at `next * size + word`. */
export function bendTable(corpus: Corpus, vocabulary: SampleVocabulary): Float32Array {
  const { size } = vocabulary;
  const bend = new Float32Array(size ** 2);
  const add: Add = (next, word, weight) => {
    bend[next * size + word] = (bend[next * size + word] ?? 0) + weight * unit;
  };
  for (const topic of topicTokensOf(corpus, vocabulary)) {
    addPull(topic, topic.topic === corpus.fallback, add);
    const last = topic.followings.length > 0 ? topic.followings : topic.openings;
    for (const word of last) add(vocabulary.turnEnd, word, weights.ended);
    addSame(topic, vocabulary, add);
  }
  for (const word of vocabulary.encode("assistant")) add(vocabulary.turnEnd, word, weights.begun);
  return bend;
}

/** What speaks for the first words of a topic's sentences and what takes that back. */
function addPull({ cues, hints, openings, followings }: TopicTokens, isFallback: boolean, add: Add): void {
  const opened = isFallback ? weights.fallback : weights.opened;
  const followed = isFallback ? -weights.fallback : weights.followed;
  const pulls: [readonly number[], number][] = [
    [cues, weights.cue],
    [hints, weights.hint],
    [openings, followings.length > 0 ? opened : opened + followed],
    [followings, followed],
  ];
  for (const [words, weight] of pulls) {
    for (const word of new Set(words)) for (const next of [...openings, ...followings]) add(next, word, weight);
  }
}

/**
 * A word that differs only by the blank before it or a capital is the same word. A cue is asked about, not said, and
 * who counts may have been told how far.
 */
function addSame(
  { chains, ring, openings, followings, cues }: TopicTokens,
  vocabulary: SampleVocabulary,
  add: Add,
): void {
  const first = new Set([...openings, ...followings]);
  const said = [...new Set([...chains.flat(2), ...ring.flat(), ...first])];
  const plain = new Map(said.map((token) => [token, vocabulary.decode([token]).trim().toLowerCase()]));
  for (const next of said) {
    for (const word of said) {
      if (plain.get(next) !== plain.get(word) || cues.includes(word)) continue;
      add(next, word, first.has(next) ? weights.sameStart : weights.sameWord);
    }
  }
}
