/** What a model gives for a text, as a vector that can be compared. Pure. */

export interface VectorForm {
  /** Numbers that are kept, from the first on. */
  readonly dimensions: number;
  /** The whole is brought to mean 0 and deviation 1 before it is cut. */
  readonly levelsBeforeCut: boolean;
}

/** What layer normalisation adds to the variance. Source: torch.nn.functional.layer_norm, default `eps`. */
const levelEpsilon = 1e-5;

/** A vector of length 1 in single precision. Throws where all numbers are 0 or one is none. */
export function textVector(raw: ArrayLike<number>, { dimensions, levelsBeforeCut }: VectorForm): number[] {
  const isCut = dimensions < raw.length;
  const numbers = (isCut && levelsBeforeCut ? leveled(Array.from(raw)) : Array.from(raw)).slice(0, dimensions);
  const length = Math.hypot(...numbers);
  if (!(length > 0) || !Number.isFinite(length)) throw new Error("The model gave no vector for the text.");
  return numbers.map((number) => Math.fround(number / length));
}

function leveled(numbers: readonly number[]): number[] {
  const mean = numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
  const variance = numbers.reduce((sum, one) => sum + (one - mean) ** 2, 0) / numbers.length;
  return numbers.map((one) => (one - mean) / Math.sqrt(variance + levelEpsilon));
}
