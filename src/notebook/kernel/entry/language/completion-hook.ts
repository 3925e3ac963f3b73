/** What a library knows of the values a cell may write in quotes, for example the ids of models. */

/** Where the quotes stand. */
export interface CompletionPlace {
  /** As the user wrote it, e.g. "lab.models.load"; undefined outside of a call. */
  readonly callee: string | undefined;
  /** The parameter's name in the callee's declaration. */
  readonly parameter: string | undefined;
  /** The property that the text is the value of, e.g. "model" in `{ model: "" }`. */
  readonly property: string | undefined;
  /** What stands between the quotes, up to the cursor. */
  readonly text: string;
}

/** A library registers it at `globalThis[Symbol.for("locallab.completions")]`. It answers at once, from what it knows. */
export type CompletionHook = (place: CompletionPlace) => readonly string[];

/** What the registered hook offers; nothing when there is none, or it fails: a key press is no place to say so. */
export function hookCompletions(place: CompletionPlace): readonly string[] {
  const hook = (globalThis as { [key: symbol]: unknown })[Symbol.for("locallab.completions")];
  if (typeof hook !== "function") return [];
  try {
    return (hook as CompletionHook)(place).filter((one) => typeof one === "string");
  } catch {
    return [];
  }
}
