/**
 * The printable stand-ins that byte-level BPE vocabularies use for bytes: a space is "Ġ", a line feed is "Ċ".
 *
 * Source: `bytes_to_unicode` of GPT-2's encoder; llama.cpp expects the same table for `tokenizer.ggml.model = "gpt2"`.
 */
const printable = (byte: number): boolean =>
  (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || (byte >= 174 && byte <= 255);

/** The stand-in of each byte, 0 to 255. */
export const byteAlphabet: readonly string[] = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(printable(byte) ? byte : next++));
})();

/** Text as it is spelled inside a byte-level vocabulary. */
export const spellInBytes = (text: string): string =>
  Array.from(Buffer.from(text, "utf8"), (byte) => byteAlphabet[byte]).join("");
