/** The sentences of a corpus as columns of tokens: the words of one column may take each other's place. */
import { behindAnother, type Corpus, calledBy, followersOf, type Topic, topicsOf } from "./corpus.js";
import type { SampleVocabulary } from "./vocabulary.js";

export interface TopicTokens {
  readonly topic: Topic;
  /** Words a text or an answer may begin with, the likeliest first; choosing one is choosing the topic. */
  readonly openings: readonly number[];
  /** The same behind another sentence. */
  readonly followings: readonly number[];
  /**
   * Columns whose words lead from each to the next: openings and followings first, the last words of sentences last.
   * One list when followers are the sentences themselves, else two.
   */
  readonly chains: readonly (readonly (readonly number[])[])[];
  /** The tokens of the lines that go round, without their ends, column by column; none unless the topic is endless. */
  readonly ring: readonly (readonly number[])[];
  /** The mark at the end of each line of the ring. */
  readonly lineEnds: readonly number[];
  /** Words that are counted up, in order. */
  readonly ladder: readonly number[];
  readonly cues: readonly number[];
  readonly hints: readonly number[];
  /** Words that go on with the second column. */
  readonly subjects: readonly number[];
}

/** The topics of a corpus as tokens, the fallback first. */
export function topicTokensOf(corpus: Corpus, vocabulary: SampleVocabulary): TopicTokens[] {
  return topicsOf(corpus).map((topic) => {
    const tokens = (texts: readonly string[]): number[] => texts.flatMap((text) => vocabulary.encode(text));
    const rows = (texts: readonly string[]): number[][] =>
      texts.map((text) => vocabulary.encode(text.replace(".", "")));
    const called = new Set(tokens(calledBy(topic)));
    const begun = columnsOf(rows(topic.sentences));
    const behind = columnsOf(rows(followersOf(topic).map(behindAnother)));
    const ladder = tokens(topic.ladder ?? []);
    const lines = topic.ring ?? [];
    return {
      topic,
      // a word that is a cue is not said where it would call its topic up again
      openings: begun[0] ?? ladder.slice(0, 1),
      followings: (behind[0] ?? []).filter((token) => !called.has(token)),
      chains:
        topic.followers === undefined
          ? [[[...(begun[0] ?? []), ...(behind[0] ?? [])], ...begun.slice(1)]]
          : [begun, behind],
      ring: columnsOf(rows(lines.map(([line]) => line))),
      lineEnds: tokens(lines.map(([, end]) => end)),
      ladder,
      cues: tokens(topic.cues),
      hints: tokens(topic.hints ?? []),
      subjects: tokens(topic.subjects ?? []),
    };
  });
}

const columnsOf = (rows: readonly (readonly number[])[]): number[][] =>
  (rows[0] ?? []).map((_, place) => rows.flatMap((row) => row[place] ?? []));
