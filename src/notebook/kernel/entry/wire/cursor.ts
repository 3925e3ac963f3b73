/** Places in a cell's text: Jupyter counts characters (code points), JavaScript counts UTF-16 units. */

/** Where the `characters`-th character begins, in UTF-16 units. Beyond the end: the end. */
export function unitsOf(text: string, characters: number): number {
  let units = 0;
  let left = characters;
  for (const character of text) {
    if (left <= 0) break;
    left -= 1;
    units += character.length;
  }
  return units;
}

/** How many characters stand before this place. */
export const charactersOf = (text: string, units: number): number => [...text.slice(0, units)].length;
