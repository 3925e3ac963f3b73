/** What a sample model is made of: sentences by topic, and the words that call a topic up. */
import { preTokenize } from "./pre-tokenizer.js";

/**
 * The sentences of a list are parallel: as many words in each, and a word may take the place of any other that stands
 * in its column. So a list of four is 4 × 4 × … sentences, of which those written down are the likeliest.
 */
export interface Topic {
  /** Words that, anywhere in the context, speak for this topic; as tokens, leading blank included. */
  readonly cues: readonly string[];
  /** Words that do so weakly: where a cue of another topic stands too, that one wins. */
  readonly hints?: readonly string[];
  /** Those of its cues and hints that a prompt may end with and the second word of its sentences goes on from. */
  readonly subjects?: readonly string[];
  /** Sentences an answer may begin with; the first is the likeliest. */
  readonly sentences: readonly string[];
  /** Sentences behind another one; none if empty, the same ones if left out. */
  readonly followers?: readonly string[];
  /** Lines that follow each other in a ring behind its first sentence, with the mark at the end of each: no end. */
  readonly ring?: readonly (readonly [line: string, end: string])[];
  /** Words that are counted up, in place of sentences: each is followed by one of the next. */
  readonly ladder?: readonly string[];
  /** Its words stand in for words of other such topics now and then; only with subject, verb, attribute, object. */
  readonly wanders?: boolean;
}

/** A word belongs to one column of one topic, so that the last word tells what may come next. */
export interface Corpus {
  /** `general.name` of the model. */
  readonly name: string;
  readonly topics: Readonly<Record<string, Topic>>;
  /** What is said when no cue was given. */
  readonly fallback: Topic;
  /** Words that may stand behind the last word of any sentence. */
  readonly closers: readonly string[];
}

/** Words of the chat template that surround every turn. */
const chatWords = ["system", "user", "assistant"];

/** A sentence as it stands behind another one. */
export const behindAnother = (sentence: string): string => ` ${sentence}`;

/** The fallback first. */
export const topicsOf = (corpus: Corpus): Topic[] => [corpus.fallback, ...Object.values(corpus.topics)];

export const followersOf = (topic: Topic): readonly string[] => topic.followers ?? topic.sentences;

/** The words that call a topic up, strong and weak. */
export const calledBy = (topic: Topic): readonly string[] => [...topic.cues, ...(topic.hints ?? [])];

/** The words a vocabulary needs for a corpus, in the order they first come up; single bytes are no words. */
export function wordsOf(corpus: Corpus): string[] {
  const texts = topicsOf(corpus).flatMap((topic) => [
    ...calledBy(topic),
    ...(topic.subjects ?? []),
    ...topic.sentences,
    ...followersOf(topic).map(behindAnother),
    ...(topic.ring ?? []).flat(),
    ...(topic.ladder ?? []),
  ]);
  return [...new Set([...chatWords, ...corpus.closers, ...texts.flatMap(preTokenize)])].filter(
    (piece) => Buffer.byteLength(piece) > 1,
  );
}
