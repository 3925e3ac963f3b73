/** Which lab is meant where nobody named one. Pure. */

export type LabChoice =
  | { readonly kind: "lab"; readonly name: string }
  /** None runs. */
  | { readonly kind: "none" }
  /** Several run, and none of them is meant more than the others. */
  | { readonly kind: "several"; readonly names: readonly string[] };

/**
 * The only lab that runs; of several the one called "default", but `onlyOne`, for what cannot be taken back, wants it
 * named then.
 */
export function chooseLab(names: readonly string[], onlyOne = false): LabChoice {
  const [first, ...others] = names;
  if (first === undefined) return { kind: "none" };
  if (others.length === 0) return { kind: "lab", name: first };
  if (!onlyOne && names.includes("default")) return { kind: "lab", name: "default" };
  return { kind: "several", names };
}
