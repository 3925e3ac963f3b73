/** How many columns of a terminal a text takes. Pure. */

/** Marks that stand on the letter before them, joiners and selectors of emoji: they take no column. */
const noColumn = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/**
 * East Asian wide and full-width characters, and emoji, take two. Source: Unicode UAX 11, its blocks in one line; a character
 * too many here only leaves a gap at the edge.
 */
const twoColumns =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]$/u;

/** Columns of one character, given as a string of one code point. */
export function characterWidth(character: string): number {
  if (character >= " " && character <= "~") return 1;
  if (noColumn.test(character)) return 0;
  return twoColumns.test(character) ? 2 : 1;
}

export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}
