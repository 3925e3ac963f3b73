/** The sentences of a corpus as tokens, and which of those belong to one sentence alone. */
import { behindAnother, type Corpus, commonWords, sentencesOf, type Topic, topicsOf } from "./corpus.js";
import type { SampleVocabulary } from "./vocabulary.js";

export interface Sentence {
  readonly topic: Topic;
  /** Its place among the sentences of its topic, from 0. */
  readonly place: number;
  /** It can begin a text. */
  readonly opens: boolean;
  /** Its tokens at the beginning of a text (openers only) and behind another sentence. */
  readonly forms: readonly (readonly number[])[];
  /** Its words that no other sentence has, without common ones and cues. */
  readonly own: ReadonlySet<number>;
  /** The cues and hints that it says itself, in any form. */
  readonly cues: ReadonlySet<number>;
  /** Its first tokens that no other sentence has: choosing one is choosing the sentence. */
  readonly entries: ReadonlySet<number>;
}

/** Every sentence of a corpus, in order. */
export function sentencesIn(corpus: Corpus, vocabulary: SampleVocabulary): Sentence[] {
  const sentences = topicsOf(corpus).flatMap((topic) =>
    sentencesOf(topic).map((text, index) => {
      const opens = index < topic.openers.length;
      const alone = opens ? [vocabulary.encode(text)] : [];
      const behind = topic === corpus.fallback ? [] : [vocabulary.encode(behindAnother(text))];
      return { topic, place: index, opens, forms: [...alone, ...behind] };
    }),
  );
  const uses = new Map<number, number>();
  for (const { forms } of sentences) {
    for (const id of new Set(forms.flat())) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  const isOnlyHere = (id: number): boolean => uses.get(id) === 1;
  const plain = (id: number): string => plainWord(vocabulary, id);
  const asked = topicsOf(corpus).flatMap((topic) => [...topic.cues, ...(topic.hints ?? [])]);
  const cues = new Set(asked.flatMap((word) => vocabulary.encode(word)).map(plain));
  const isTelling = (id: number): boolean =>
    isOnlyHere(id) && vocabulary.isWord(id) && !cues.has(plain(id)) && !commonWords.has(plain(id));
  return sentences.map((sentence) => ({
    ...sentence,
    own: new Set(sentence.forms.flat().filter(isTelling)),
    cues: new Set(sentence.forms.flat().filter((id) => cues.has(plain(id)))),
    entries: new Set(sentence.forms.flatMap((ids) => ids.filter(isOnlyHere).slice(0, 1))),
  }));
}

/** A token's word without the blank before it and without capitals. */
export const plainWord = (vocabulary: SampleVocabulary, id: number): string =>
  vocabulary.decode([id]).trim().toLowerCase();

/** The sentence that likes to come next: the first follower after an opener, then one by one; in a circle if endless. */
export function successorOf(sentence: Sentence, sentences: readonly Sentence[]): Sentence | undefined {
  const topic = sentences.filter((other) => other.topic === sentence.topic);
  const followers = topic.filter(({ opens }) => !opens);
  const next = sentence.opens ? followers[0] : followers[followers.indexOf(sentence) + 1];
  return next ?? (sentence.topic.endless ? topic[0] : undefined);
}

/** How many words of its own a sentence says. */
export const ownLength = ({ forms, own }: Sentence): number => (forms.at(-1) ?? []).filter((id) => own.has(id)).length;

/** Share of one of its own words in a whole answer, which is an opener and all followers, each counting alike. */
export function shareOfAnswer(sentence: Sentence, sentences: readonly Sentence[]): number {
  const followers = sentences.filter(({ topic, opens }) => topic === sentence.topic && !opens);
  return 1 / (followers.length + 1) / ownLength(sentence);
}
