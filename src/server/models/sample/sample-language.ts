/** What a sample model answers, by formula: the theory that its file follows. */
import { type LanguageTables, languageTables, lift } from "./language-tables.js";
import { type SampleModelId, sampleCorpora } from "./sample-corpora.js";
import type { SampleVocabulary } from "./vocabulary.js";

const made = new Map<SampleModelId, LanguageTables>();

/** The tables of a sample model, made when first asked for. */
export function sampleTables(id: SampleModelId): LanguageTables {
  const tables = made.get(id) ?? languageTables(sampleCorpora[id]);
  made.set(id, tables);
  return tables;
}

/** The tokens of a sample model; `encode` and `decode` do exactly what llama.cpp does with its file. */
export const sampleVocabulary = (id: SampleModelId): SampleVocabulary => sampleTables(id).vocabulary;

/**
 * Scores of every token after a context, by the model's formula:
 *
 *     score[next] = lift + follow[next][current] + Σ over words w of bend[next][w] × f(w)
 *
 * where `current` is the last token of the context and f(w) is the share of the context's tokens (BOS and the current
 * one included) that are w. llama.cpp computes the same within about 1e-5 of probability when flash attention is on;
 * without it the shares are rounded to half precision (about 1e-3).
 *
 * The context holds at least one token; ids outside the vocabulary are refused with a RangeError.
 */
export function nextTokenLogits(id: SampleModelId, contextIds: readonly number[]): Float64Array {
  const { vocabulary, follow, bend } = sampleTables(id);
  const { size } = vocabulary;
  const current = contextIds.at(-1);
  if (current === undefined) throw new RangeError("The context is empty. Begin it with the vocabulary's bos.");
  const counts = new Map<number, number>();
  for (const token of contextIds) {
    if (!Number.isInteger(token) || token < 0 || token >= size) {
      throw new RangeError(`${token} is no token. Ids are 0 to ${size - 1}.`);
    }
    counts.set(token, (counts.get(token) ?? 0) + 1);
  }
  const shares = [...counts].map(([word, count]) => [word, count / contextIds.length] as const);
  return Float64Array.from({ length: size }, (_, next) =>
    shares.reduce(
      (score, [word, share]) => score + (bend[next * size + word] ?? 0) * share,
      lift + (follow[next * size + current] ?? 0),
    ),
  );
}

/** Probabilities of every token after a context, at a temperature above 0 (default 1). They sum to 1. */
export function nextTokenProbabilities(
  id: SampleModelId,
  contextIds: readonly number[],
  temperature = 1,
): Float64Array {
  const scores = nextTokenLogits(id, contextIds);
  const highest = scores.reduce((best, score) => Math.max(best, score), Number.NEGATIVE_INFINITY);
  const weights = scores.map((score) => Math.exp((score - highest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
