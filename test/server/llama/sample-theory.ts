/** What the engine must answer with the sample model, by the model's formula. */
import { nextTokenLogits, sampleVocabulary } from "../../../src/server/models/sample/sample-language.js";

const vocabulary = sampleVocabulary("sample");

/** Tokens a repetition penalty looks back on. */
const penaltyWindow = 64;

/** Scores this close count as equal; the engine's own are right within about 1e-5 of probability. */
export const sameScore = 1e-3;

/** Tokens of a raw prompt, BOS included. */
export function rawTokens(text: string): number[] {
  return [vocabulary.bos, ...vocabulary.encode(text)];
}

/** Tokens of a conversation in ChatML, the model's turn opened. */
export function chatTokens(messages: readonly { readonly role: string; readonly content: string }[]): number[] {
  const turns = messages.flatMap(({ role, content }) => [
    vocabulary.turnStart,
    ...vocabulary.encode(`${role}\n`),
    ...vocabulary.encode(content),
    vocabulary.turnEnd,
    ...vocabulary.encode("\n"),
  ]);
  return [vocabulary.bos, ...turns, vocabulary.turnStart, ...vocabulary.encode("assistant\n")];
}

/** An answer as the engine gave it. */
export interface GivenAnswer {
  readonly text: string;
  readonly finished: { readonly completionTokens: number; readonly reason: string } | null;
}

/**
 * How far below the likeliest token any token of a greedy answer lies in score, the end of the turn included. Near 0
 * for a right answer: tokens of equal score may be taken in any order. Throws when text and token count disagree.
 */
export function distanceFromGreedy(prompt: readonly number[], answer: GivenAnswer, penalty = 1): number {
  const tokens = vocabulary.encode(answer.text);
  if (tokens.length !== answer.finished?.completionTokens) {
    throw new Error(`"${answer.text}" has ${tokens.length} tokens, not ${answer.finished?.completionTokens}.`);
  }
  const context = [...prompt];
  let distance = 0;
  for (const token of answer.finished.reason === "stop" ? [...tokens, vocabulary.turnEnd] : tokens) {
    const scores = penalised(nextTokenLogits("sample", context), context, penalty);
    distance = Math.max(distance, Math.max(...scores) - (scores[token] as number));
    context.push(token);
  }
  return distance;
}

/** Source: llama.cpp `llama_sampler_penalties_apply`. */
function penalised(scores: Float64Array, context: readonly number[], penalty: number): Float64Array {
  for (const token of new Set(context.slice(-penaltyWindow))) {
    const score = scores[token] as number;
    scores[token] = score > 0 ? score / penalty : score * penalty;
  }
  return scores;
}
