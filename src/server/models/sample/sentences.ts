/** The sentences of a corpus as tokens, and which of those belong to one sentence alone. */
import { behindAnother, type Corpus, commonWords, sentencesOf, type Topic, topicsOf } from "./corpus.js";
import type { SampleVocabulary } from "./vocabulary.js";

export interface Sentence {
  readonly topic: Topic;
  /** It can begin a text. */
  readonly opens: boolean;
  /** Its tokens at the beginning of a text (openers only) and behind another sentence. */
  readonly forms: readonly (readonly number[])[];
  /** Its words that no other sentence has, without the common ones. */
  readonly own: ReadonlySet<number>;
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
      return { topic, opens, forms: [...alone, ...behind] };
    }),
  );
  const uses = new Map<number, number>();
  for (const { forms } of sentences) {
    for (const id of new Set(forms.flat())) uses.set(id, (uses.get(id) ?? 0) + 1);
  }
  const isOnlyHere = (id: number): boolean => uses.get(id) === 1;
  return sentences.map((sentence) => ({
    ...sentence,
    own: new Set(sentence.forms.flat().filter((id) => isOnlyHere(id) && isTelling(id, vocabulary))),
    entries: new Set(sentence.forms.flatMap((ids) => ids.filter(isOnlyHere).slice(0, 1))),
  }));
}

const isTelling = (id: number, vocabulary: SampleVocabulary): boolean =>
  vocabulary.isWord(id) && !commonWords.has(vocabulary.decode([id]).trim().toLowerCase());

/** The sentence that likes to come next: the first follower after an opener, then one by one; in a circle if endless. */
export function successorOf(sentence: Sentence, sentences: readonly Sentence[]): Sentence | undefined {
  const topic = sentences.filter((other) => other.topic === sentence.topic);
  const followers = topic.filter(({ opens }) => !opens);
  const next = sentence.opens ? followers[0] : followers[followers.indexOf(sentence) + 1];
  return next ?? (sentence.topic.endless ? topic[0] : undefined);
}

/** How many words of its own a sentence says. */
export const ownLength = ({ forms, own }: Sentence): number => (forms.at(-1) ?? []).filter((id) => own.has(id)).length;

/** The same for a whole answer: an opener and all followers. */
export function answerLength(topic: Topic, sentences: readonly Sentence[]): number {
  const [opener, ...others] = sentences.filter((sentence) => sentence.topic === topic);
  const said = [...(opener === undefined ? [] : [opener]), ...others.filter(({ opens }) => !opens)];
  return said.reduce((sum, sentence) => sum + ownLength(sentence), 0);
}
