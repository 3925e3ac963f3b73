/**
 * Guesses what an answer goes on with: what followed the same few tokens the last time, in the prompt or in the answer.
 * The guesses are checked in one step, which costs less than a step for each: much less where the processor multiplies
 * several rows at once with this file's weights, a quarter less where it does not.
 */
import type { Token } from "node-llama-cpp";

/** Tokens that must be the same: fewer are found by chance in any text, and a wrong guess costs a third of a step or more. */
const patternTokens = 5;

/** Guesses in one step at most, at first and ever. */
const firstLength = 4;
const mostLength = 16;

/** Tokens without guesses after a bad one: twice as many each time that it happens again. */
const firstPause = 8;
const mostPause = 128;

/** How well guessing went for one answer. */
export interface DraftState {
  /** How many tokens to guess next. */
  readonly length: number;
  /** Tokens to come before it guesses again. */
  readonly pause: number;
  /** The pause that the next bad guess brings. */
  readonly nextPause: number;
}

export const firstDraftState: DraftState = { length: firstLength, pause: 0, nextPause: firstPause };

/**
 * At most `most` tokens that may follow `next`, which follows `held`; none where the same five tokens were not there
 * before.
 */
export function draftTokens(held: readonly Token[], next: Token, most: number): Token[] {
  if (most < 1) return [];
  for (let at = held.length - 1; at >= patternTokens - 1; at -= 1) {
    if (held[at] !== next || !isSameBefore(held, at)) continue;
    const known = held.slice(at + 1, at + 1 + most);
    return known.length < most ? [...known, next] : known;
  }
  return [];
}

/** Whether the tokens before this place are the last ones. */
function isSameBefore(held: readonly Token[], at: number): boolean {
  for (let back = 1; back < patternTokens; back += 1) if (held[at - back] !== held[held.length - back]) return false;
  return true;
}

/** What to do after a step in which so many of so many guesses were right. With none guessed, a token of the pause is over. */
export function afterDraft(state: DraftState, drafted: number, accepted: number): DraftState {
  if (drafted === 0) return state.pause === 0 ? state : { ...state, pause: state.pause - 1 };
  if (accepted === drafted) return { ...firstDraftState, length: Math.min(mostLength, 2 * state.length) };
  if (3 * accepted >= 2 * drafted) return { ...state, length: Math.max(2, accepted) };
  const { nextPause } = state;
  return { length: firstLength, pause: nextPause, nextPause: Math.min(mostPause, 2 * nextPause) };
}
