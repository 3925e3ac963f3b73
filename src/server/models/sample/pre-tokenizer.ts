/**
 * Text cut where llama.cpp's "tekken" pre-tokenizer cuts it: a word with the one blank or mark before it, single
 * digits, runs of marks, line ends, blanks.
 *
 * Source: `LLAMA_VOCAB_PRE_TYPE_TEKKEN` in llama-vocab.cpp. There `\s` means Unicode's White_Space, which
 * JavaScript's `\s` does not (U+0085, U+FEFF).
 */
const blank = "\\p{White_Space}";
const word =
  "[^\\r\\n\\p{L}\\p{N}]?(?:(?=\\p{L})[^a-z])*(?:(?=\\p{L})[^A-Z])+|" +
  "[^\\r\\n\\p{L}\\p{N}]?(?:(?=\\p{L})[^a-z])+(?:(?=\\p{L})[^A-Z])*";
const pieces = new RegExp(
  `${word}|\\p{N}| ?[^${blank}\\p{L}\\p{N}]+[\\r\\n/]*|${blank}*[\\r\\n]+|${blank}+(?!\\P{White_Space})|${blank}+`,
  "gu",
);

/** The pieces of a text, in order; joined they are the text. */
export const preTokenize = (text: string): string[] => text.match(pieces) ?? [];
