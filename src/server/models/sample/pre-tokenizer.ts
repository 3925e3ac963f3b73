/**
 * Text cut where llama.cpp's "llama-bpe" pre-tokenizer cuts it: a word with the one blank or mark before it, up to
 * three digits, runs of marks, line ends, blanks.
 *
 * Source: `unicode_regex_split_custom_llama3` in llama.cpp's unicode.cpp. It is one of the few that are written out
 * there; the others (such as "tekken") go through std::regex, which overflows the stack on a word of 30,000 letters.
 * Its blanks are Unicode's White_Space, which JavaScript's `\s` is not (U+0085, U+FEFF).
 */
const pieces =
  /'(?:[sStTmMdD]|[rR][eE]|[vV][eE]|[lL][lL])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\p{White_Space}\p{L}\p{N}]+[\r\n]*|\p{White_Space}*[\r\n]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/** The pieces of a text, in order; joined they are the text. */
export const preTokenize = (text: string): string[] => text.match(pieces) ?? [];
