/**
 * The two tables that a sample model is: which token follows which, and how the rest of the context bends that.
 *
 * They are stored in `output.weight`, row by row: the score of a token after `current` in a context is
 * `lift + follow[token][current] + Σ over w of bend[token][w] × (share of the context that is w)`.
 */
import { bendTable } from "./bend-table.js";
import { type Corpus, wordsOf } from "./corpus.js";
import { followTable } from "./follow-table.js";
import { SampleVocabulary } from "./vocabulary.js";

/**
 * Added to every score, which changes no probability. It makes the scores of likely tokens about as large as those of
 * trained models, so that a repetition penalty, which divides scores above 0, does as much here as there.
 */
export const lift = 12;

export interface LanguageTables {
  readonly vocabulary: SampleVocabulary;
  /** ln P(next | current) at `next * size + current`; −10000 where the corpus has no such pair. */
  readonly follow: Float32Array;
  /** Weight of a context word on a next token, at `next * size + word`. */
  readonly bend: Float32Array;
}

/** Tables and vocabulary of a corpus. The same corpus gives the same numbers. */
export function languageTables(corpus: Corpus): LanguageTables {
  const vocabulary = new SampleVocabulary(wordsOf(corpus));
  return { vocabulary, follow: followTable(corpus, vocabulary), bend: bendTable(corpus, vocabulary) };
}
