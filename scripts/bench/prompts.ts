const consonants = [..."bcdfghjklmnprstvwz"];
const vowels = [..."aeiou"];
const syllables = consonants.flatMap((consonant) => vowels.map((vowel) => consonant + vowel));

/**
 * Prompts that no other prompt begins like, so that no server finds one in a prompt cache.
 *
 * The words are the syllables that the random-weight models have as whole tokens, one or two per word.
 */
export class Prompts {
  #made = 0;

  /** The next prompt, of that many words. The same prompts come in the same order in every run. */
  next(words: number): string {
    const number = this.#made++;
    const first = word(number);
    const rest = Array.from({ length: words - 1 }, (_, place) => word(scramble(number * 4099 + place)));
    return ` ${[first, ...rest].join(" ")}`;
  }
}

function word(number: number): string {
  const { length } = syllables;
  return `${syllables[number % length]}${syllables[Math.floor(number / length) % length]}`;
}

/** Spreads neighbouring numbers over 32 bits. Source: the finalizer of MurmurHash3. */
function scramble(number: number): number {
  let bits = number | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
