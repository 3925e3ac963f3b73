/** What a sample model answers greedily, by its formula alone, and prompts that never end. */
import type { SampleModelId } from "../../src/server/models/sample/sample-corpora.js";
import { nextTokenLogits, sampleVocabulary } from "../../src/server/models/sample/sample-language.js";
import type { ChatMessage } from "../../src/server/wire/generation.js";

/** A raw prompt whose greedy continuation never ends, with both sample models, whatever the repetition penalty. */
export const endlessPrompt = "The endless river";
/** The same as a conversation. */
export const endlessChat: readonly ChatMessage[] = [{ role: "user", content: "Tell me about the endless river" }];

/** Tokens that the repetition penalty looks back on. Source: llama.cpp `common_params_sampling.penalty_last_n`. */
const penaltyWindow = 64;

export interface GreedyOptions {
  /** 1 (default) is off. */
  readonly repetitionPenalty?: number;
}

export interface GreedyText {
  /** Without the token that ended the text. */
  readonly tokens: readonly number[];
  readonly text: string;
  /** "stop" when the model ended its turn, "length" when `maxTokens` did. */
  readonly finish: "stop" | "length";
  /** Smallest distance in score between a chosen token and the next best. Below 1e-3 an engine may choose otherwise. */
  readonly margin: number;
}

/** Tokens of a raw prompt as the engine reads it, BOS first. */
export function promptTokens(id: SampleModelId, prompt: string): number[] {
  const vocabulary = sampleVocabulary(id);
  return [vocabulary.bos, ...vocabulary.encode(prompt)];
}

/**
 * Tokens of a conversation in ChatML, BOS first, the model's turn opened; a last turn of the assistant is continued.
 * Source: node-llama-cpp's ChatMLChatWrapper.
 */
export function chatTokens(id: SampleModelId, messages: readonly ChatMessage[]): number[] {
  const vocabulary = sampleVocabulary(id);
  const { bos, turnStart, turnEnd } = vocabulary;
  const last = messages.at(-1);
  const open = last?.role === "assistant" ? last.content : "";
  const closed = last?.role === "assistant" ? messages.slice(0, -1) : messages;
  const turns = closed.flatMap(({ role, content }) => [
    turnStart,
    ...vocabulary.encode(`${role}\n`),
    ...vocabulary.encode(content),
    turnEnd,
    ...vocabulary.encode("\n"),
  ]);
  return [bos, ...turns, turnStart, ...vocabulary.encode("assistant\n"), ...vocabulary.encode(open)];
}

/** What follows a raw prompt at temperature 0. */
export function greedyText(
  id: SampleModelId,
  prompt: string,
  maxTokens: number,
  options: GreedyOptions = {},
): GreedyText {
  return greedy(id, promptTokens(id, prompt), maxTokens, options);
}

/** The answer to a conversation at temperature 0. */
export function greedyChat(
  id: SampleModelId,
  messages: readonly ChatMessage[],
  maxTokens: number,
  options: GreedyOptions = {},
): GreedyText {
  return greedy(id, chatTokens(id, messages), maxTokens, options);
}

function greedy(
  id: SampleModelId,
  contextIds: readonly number[],
  maxTokens: number,
  { repetitionPenalty = 1 }: GreedyOptions = {},
): GreedyText {
  const vocabulary = sampleVocabulary(id);
  const context = [...contextIds];
  const tokens: number[] = [];
  let margin = Number.POSITIVE_INFINITY;
  let finish: GreedyText["finish"] = "length";
  while (tokens.length < maxTokens) {
    const { best, lead } = likeliest(penalised(nextTokenLogits(id, context), context, repetitionPenalty));
    margin = Math.min(margin, lead);
    if (best === vocabulary.turnEnd || best === vocabulary.eos) {
      finish = "stop";
      break;
    }
    tokens.push(best);
    context.push(best);
  }
  return { tokens, text: vocabulary.decode(tokens), finish, margin };
}

function likeliest(scores: Float64Array): { best: number; lead: number } {
  let best = 0;
  let second = Number.NEGATIVE_INFINITY;
  scores.forEach((score, token) => {
    const leader = scores[best] ?? 0;
    if (token === 0 || score <= leader) {
      if (token !== 0) second = Math.max(second, score);
      return;
    }
    second = leader;
    best = token;
  });
  return { best, lead: (scores[best] ?? 0) - second };
}

/** Source: `llama_sampler_penalties_apply` in llama.cpp: scores above 0 are divided, others multiplied. */
export function penalised(scores: Float64Array, context: readonly number[], penalty: number): Float64Array {
  if (penalty === 1) return scores;
  for (const token of new Set(context.slice(-penaltyWindow))) {
    const score = scores[token] ?? 0;
    scores[token] = score <= 0 ? score * penalty : score / penalty;
  }
  return scores;
}
