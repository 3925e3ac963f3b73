import { RequestRefused } from "./request-refused.js";

/**
 * Letters, blanks or signs in a row that a tokenizer may meet, in UTF-16 units. llama.cpp cuts text with `std::regex`
 * for some tokenizers, which recurses once a character: 30,000 letters in a row overflow the stack and end the process.
 */
const longestRun = 10_000;
/** Runs of one kind, each matched once: the time is linear in the text. */
const runs = /\p{L}+|\p{N}+|\s+|[^\s\p{L}\p{N}]+/gu;

/** Refuses with `invalid_request` a text that no tokenizer should be given. */
export function refuseEndlessRuns(text: string): void {
  const isLong = (one: string): boolean => one.length >= longestRun;
  if (!isLong(text) || !(text.match(runs) ?? []).some(isLong)) return;
  throw new RequestRefused(
    "invalid_request",
    `The text has ${longestRun} or more letters, digits, blanks or signs in a row, which no tokenizer is made for. Break it up.`,
  );
}
