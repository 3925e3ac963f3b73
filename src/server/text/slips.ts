/** How far two texts are apart, and which word was probably meant. */

/** Letters that were left out, put in, changed or swapped with the next. Source: optimal string alignment. */
export function slips(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (before[j - 2] as number) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(change, swap, (last[j] as number) + 1, (row[j - 1] as number) + 1));
    }
    [before, last] = [last, row];
  }
  return last[b.length] as number;
}

/** Letters of a word that are compared. */
const mostCompared = 40;

/** The same word as a flag has it: "maxLength" and "max_length" are "max-length". */
const asFlag = (word: string): string =>
  word
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();

/**
 * The one of `words` that was probably meant: the same in another spelling, the only one that begins like this, the one
 * with the fewest slips, if those are no more than a third of its letters, or one that this begins with. undefined when
 * there is none.
 */
export function nearestWord(typed: string, words: readonly string[]): string | undefined {
  const meant = asFlag(typed.slice(0, mostCompared));
  const forms = words.map((word) => ({ word, form: asFlag(word) }));
  const same = forms.find(({ form }) => form === meant);
  if (same !== undefined || meant.length < 2) return same?.word;
  const begun = forms.filter(({ form }) => form.startsWith(meant));
  if (begun.length === 1) return begun[0]?.word;
  const ranked = forms
    .map(({ word, form }) => ({ word, count: slips(meant, form), most: Math.max(1, Math.floor(form.length / 3)) }))
    .filter(({ count, most }) => count <= most)
    .sort((one, other) => one.count - other.count);
  // "expires-in" for "expires"
  return (ranked[0] ?? forms.find(({ form }) => meant.startsWith(`${form}-`)))?.word;
}
