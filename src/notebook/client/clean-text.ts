/** Text from elsewhere made safe to look at, in HTML and in a terminal. */
import { obeyedCharacters } from "../../server/text/visible-text.js";

const loneSurrogate = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code); // the control pictures block: ␀ … ␟
  if (code === 0x7f) return "\u2421";
  return `\u27e8U+${code.toString(16).toUpperCase().padStart(4, "0")}\u27e9`;
}

/**
 * The same text with every control and direction character made visible (␛, ⟨U+202E⟩).
 *
 * Line ends become "\n"; tabs stay; half a surrogate pair becomes "\ufffd".
 */
export function cleanText(text: string): string {
  return text.replace(/\r\n/g, "\n").replace(obeyedCharacters, picture).replace(loneSurrogate, "\ufffd");
}

/** Cleaned and on one line, at most `limit` characters, cut with "…". */
export function oneLine(text: string, limit: number): string {
  const line = cleanText(text).replace(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join("")}…`;
}
