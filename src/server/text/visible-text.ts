/** Text from elsewhere, a model file's or a client's, on its way to a terminal. */

/** C0 without tab and line end, DEL, C1, and the characters that turn the direction of writing (Unicode TR 36, 2.4). */
export const obeyedCharacters: RegExp =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** The same text, every character that a terminal obeys written as JSON would: "\u001b". Tabs and line ends stay. */
export function visibleText(text: string): string {
  return text.replace(obeyedCharacters, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
