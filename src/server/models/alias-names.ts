/** Other names that the owner gave to models, as the settings have them: each "name=id". Pure. */

/** What a name stands for: itself, unless it is an alias. */
export function meaningOf(name: string, aliases: readonly string[]): string {
  return pairsOf(aliases).find(([alias]) => alias === name)?.[1] ?? name;
}

/** Names and what they stand for. Of a name that was given twice the last counts. */
export function pairsOf(aliases: readonly string[]): readonly (readonly [name: string, id: string])[] {
  const pairs = aliases.map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return [...new Map(pairs)];
}
