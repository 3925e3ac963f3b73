/** The words that call a topic up, as weights against everything else. */
import { type Corpus, type Topic, topicsOf } from "./corpus.js";
import type { Sentence } from "./sentences.js";
import type { SampleVocabulary } from "./vocabulary.js";

/** How strongly a cue speaks against the words of other topics. */
export const cueWeight = -1200;
/** The same for hints. */
const hintWeight = -400;
export interface Cue {
  readonly token: number;
  /** Weight against every token outside `belongs`. */
  readonly weight: number;
  /** The tokens of the topics it calls up. */
  readonly belongs: ReadonlySet<number>;
}

/**
 * Cues, hints, and the words that take a cue back, so that an answer does not outweigh the next question.
 * The fallback may say hints: it names them as examples.
 */
export function cuesOf(corpus: Corpus, sentences: readonly Sentence[], vocabulary: SampleVocabulary): Cue[] {
  const topics = topicsOf(corpus);
  const called = (words: (topic: Topic) => readonly string[], weight: number, also: readonly Topic[] = []): Cue[] => {
    const tokens = new Set(topics.flatMap(words).flatMap((word) => vocabulary.encode(word)));
    return [...tokens].map((token) => {
      const those = [
        ...also,
        ...topics.filter((topic) => words(topic).some((word) => vocabulary.encode(word).includes(token))),
      ];
      const belongs = sentences.filter(({ topic }) => those.includes(topic)).flatMap(({ forms }) => forms.flat());
      return { token, weight, belongs: new Set(belongs) };
    });
  };
  const cues = called((topic) => topic.cues, cueWeight);
  const hints = called((topic) => topic.hints ?? [], hintWeight, [corpus.fallback]);
  return [...cues, ...hints, ...takenBack(cues, sentences)];
}

/** The first own word behind the cues that a sentence itself says takes them back. */
function takenBack(cues: readonly Cue[], sentences: readonly Sentence[]): Cue[] {
  const asked = new Map(cues.map((cue) => [cue.token, cue]));
  const found = new Map<number, Cue>();
  for (const { forms, own } of sentences) {
    for (const ids of forms) {
      const said = ids.flatMap((id) => asked.get(id) ?? []);
      const last = ids.findLastIndex((id) => asked.has(id));
      const behind = ids.slice(last + 1).find((id) => own.has(id));
      if (said[0] === undefined || behind === undefined) continue;
      found.set(behind, { token: behind, weight: -cueWeight * said.length, belongs: said[0].belongs });
    }
  }
  return [...found.values()];
}
