/** What comes out of an engine, in this room's own words. `http/to-wire.ts` spells them for the wire. */

import type { ToolCall } from "./request.js";

/** A token and how probable it was. */
export interface TokenChance {
  readonly id: number;
  /** Its bytes: it may be a part of a character only. */
  readonly bytes: readonly number[];
  /** Natural logarithm of its probability before temperature, penalties and cuts. */
  readonly logprob: number;
}

/** A token of the answer, and the likeliest ones in its place, the likeliest first. */
export interface TokenScore extends TokenChance {
  readonly top: readonly TokenChance[];
}

/** A part of a call: the first of each call brings its id and name, the others text of its arguments only. */
export interface CallPiece {
  /** From 0, in the order of the calls. */
  readonly index: number;
  readonly id?: string;
  readonly name?: string;
  readonly arguments: string;
}

/** Text that became final, with what is known of the tokens behind it. */
export interface Piece {
  readonly text: string;
  /** A piece of thought; `text` is "" beside it. */
  readonly reasoning?: string;
  /** A piece of a tool's call; `text` is "" beside it. */
  readonly call?: CallPiece;
  /** The tokens that were made since the piece before; only where the request asked for them. */
  readonly scores?: readonly TokenScore[];
}

/** What the pieces of an answer are together. */
export function joinPieces(
  pieces: readonly Piece[],
): Pick<GenerationResult, "text" | "reasoning" | "toolCalls" | "scores"> {
  const scored = pieces.filter(({ scores }) => scores !== undefined);
  return {
    text: pieces.map(({ text }) => text).join(""),
    reasoning: pieces.map(({ reasoning = "" }) => reasoning).join("") || null,
    toolCalls: joinCalls(pieces.flatMap(({ call }) => (call === undefined ? [] : [call]))),
    scores: scored.length === 0 ? null : scored.flatMap(({ scores = [] }) => scores),
  };
}

function joinCalls(pieces: readonly CallPiece[]): ToolCall[] {
  const calls: ToolCall[] = [];
  for (const piece of pieces) {
    const { id = "", name = "", arguments: text } = calls[piece.index] ?? { ...piece, arguments: "" };
    calls[piece.index] = { id, name, arguments: text + piece.arguments };
  }
  return calls;
}

/** By itself (or at a stop text), by a limit, or because tools were called. */
export type FinishReason = "stop" | "length" | "toolCalls";

/** What set the limit that is in force. */
export type Limiter = "request" | "context" | "budget";

export interface Usage {
  /** Tokens of the prompt, template included, cached ones too. */
  readonly promptTokens: number;
  /** Tokens the model produced; the end-of-turn token is not counted. */
  readonly completionTokens: number;
  /** Those of them that belong to thoughts, tags included. */
  readonly reasoningTokens: number;
  /** How much of the prompt was already in the model's memory. */
  readonly cachedTokens: number;
}

/** Where the time went, to a hundredth of a millisecond. */
export interface Timings {
  /** From the arrival until the engine began to read the prompt. */
  readonly queueMs: number;
  /** Reading the prompt. */
  readonly prefillMs: number;
  /** From the first token to the last. */
  readonly decodeMs: number;
  /** Tokens that were guessed ahead, from what the prompt and the answer said before. */
  readonly draftTokens: number;
  /** How many of them were right, and so made in a step with others. */
  readonly acceptedTokens: number;
  /** From the arrival to the first token; to the end where none came. */
  readonly firstTokenMs: number;
  /** From the arrival to the end. */
  readonly totalMs: number;
  /** The tokens after the first, over `decodeMs`; 0 where there are fewer than two. */
  readonly tokensPerSecond: number;
  /** Threads of the last decoding step; null where the engine does not tell. */
  readonly threads: number | null;
}

/** The whole of a generation once it ended well. */
export interface GenerationResult {
  readonly text: string;
  /** What the model thought before it answered; null where it did not, or where that stands in `text`. */
  readonly reasoning: string | null;
  /** Tools that the model called, in their order; empty for none. */
  readonly toolCalls: readonly ToolCall[];
  /** Its tokens with their probabilities; null where the request did not ask for them. */
  readonly scores: readonly TokenScore[] | null;
  readonly finishReason: FinishReason;
  /** The stop text that ended it; null where something else did. */
  readonly stopText: string | null;
  /** Id of the model that answered. */
  readonly model: string;
  readonly usage: Usage;
  readonly timings: Timings;
  /** The limit that was in force: less than asked for where the context or the key's budget left less. */
  readonly maxTokens: number;
  readonly limitedBy: Limiter;
  /** What was measured: a vector of length 1, or one number from 0 to 1; undefined where a text was asked for. */
  readonly vector?: readonly number[] | undefined;
  /** True when `maxTimeMs` ended it. */
  readonly timedOut: boolean;
  /** One sentence for everything that was changed on the way. */
  readonly warnings: readonly string[];
}

/** What an engine says once it counted the prompt. */
export interface Beginning {
  readonly promptTokens: number;
  /** Prompt tokens already in the model's memory. Default 0. */
  readonly cachedTokens?: number | undefined;
  /** The most new tokens the engine would make: the request's limit, or what the context leaves if that is less. */
  readonly maxTokens: number;
}

/** How an engine says that a generation ended well. */
export interface Ending {
  readonly finishReason: FinishReason;
  /** The stop text that ended it. */
  readonly stopText?: string | null | undefined;
  readonly completionTokens: number;
  /** Default 0. */
  readonly reasoningTokens?: number | undefined;
  /** What was measured. */
  readonly vector?: readonly number[] | undefined;
  /** As the engine measured them; undefined where it did not: then they are measured from outside. */
  readonly prefillMs?: number | undefined;
  readonly decodeMs?: number | undefined;
  /** Threads of the last decoding step. */
  readonly threads?: number | null | undefined;
  /** What the caller should know of how it went, as sentences. */
  readonly warnings?: readonly string[] | undefined;
  /** Tokens that were guessed ahead, and how many of them were right. Default 0. */
  readonly draftTokens?: number | undefined;
  readonly acceptedTokens?: number | undefined;
}

/** Moments of a generation by one clock, in milliseconds. 0 for what did not happen. */
export interface Moments {
  readonly arrivedAt: number;
  readonly startedAt: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly endedAt: number;
}

export function timingsOf(moments: Moments, ending: Ending): Timings {
  const { arrivedAt, endedAt } = moments;
  const startedAt = moments.startedAt || endedAt;
  const firstAt = moments.firstAt || endedAt;
  const prefillMs = ending.prefillMs ?? firstAt - startedAt;
  const decodeMs = ending.decodeMs ?? Math.max(0, moments.lastAt - moments.firstAt);
  // the engine's word that it began may arrive after it did: waiting and reading never add up to more than the first token
  const beganAt = Math.min(startedAt, firstAt - prefillMs);
  return {
    queueMs: toHundredth(Math.max(0, beganAt - arrivedAt)),
    prefillMs: toHundredth(prefillMs),
    decodeMs: toHundredth(decodeMs),
    draftTokens: ending.draftTokens ?? 0,
    acceptedTokens: ending.acceptedTokens ?? 0,
    firstTokenMs: toHundredth(firstAt - arrivedAt),
    totalMs: toHundredth(endedAt - arrivedAt),
    tokensPerSecond: ratePerSecond(ending.completionTokens - 1, decodeMs),
    threads: ending.threads ?? null,
  };
}

/** So many in so many milliseconds, per second; 0 where either is nothing. */
export function ratePerSecond(count: number, ms: number): number {
  return count > 0 && ms > 0 ? toHundredth((count * 1000) / ms) : 0;
}

/** Milliseconds and rates, rounded to a hundredth. */
export function toHundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
