/** What a sample model is made of: sentences by topic, and the words that call a topic up. */
import { preTokenize } from "./pre-tokenizer.js";

export interface Topic {
  /** Words that, anywhere in the context, pull the text towards this topic; as tokens, leading blank included. */
  readonly cues: readonly string[];
  /** Words that do so weakly: where a cue of another topic stands too, that one wins. */
  readonly hints?: readonly string[];
  /** Sentences an answer may begin with; the first is the likeliest. */
  readonly openers: readonly string[];
  /** Sentences that may follow, in this order for the most part. */
  readonly followers: readonly string[];
  /** Its text never ends: the sentences follow each other in a circle. */
  readonly endless?: boolean;
}

/**
 * Sentences stay whole when each begins with a word of its own, no word comes twice in it, and a word that several
 * sentences share is followed by one that only this sentence has.
 */
export interface Corpus {
  /** `general.name` of the model. */
  readonly name: string;
  readonly topics: Readonly<Record<string, Topic>>;
  /** What is said when no cue was given. */
  readonly fallback: Topic;
}

/** Words of the chat template that surround every turn. */
const chatWords = ["system", "user", "assistant"];

/** Words that questions about anything are full of, so that they tell nothing about what is talked of. */
export const commonWords: ReadonlySet<string> = new Set(
  "a and are by can do for how i in is it like me my of on please that the this to what with you your".split(" "),
);

/** A sentence as it stands behind another one. */
export const behindAnother = (sentence: string): string => ` ${sentence}`;

export const sentencesOf = (topic: Topic): string[] => [...topic.openers, ...topic.followers];

export const topicsOf = (corpus: Corpus): Topic[] => [corpus.fallback, ...Object.values(corpus.topics)];

/** The words a vocabulary needs for a corpus, in the order they first come up; single bytes are no words. */
export function wordsOf(corpus: Corpus): string[] {
  const texts = topicsOf(corpus).flatMap((topic) => [
    ...topic.cues,
    ...(topic.hints ?? []),
    ...topic.openers,
    ...(topic === corpus.fallback ? [] : sentencesOf(topic).map(behindAnother)),
  ]);
  return [...new Set([...chatWords, ...texts.flatMap(preTokenize)])].filter((piece) => Buffer.byteLength(piece) > 1);
}
