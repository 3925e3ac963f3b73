/** Which model "auto" is, and why. Pure. */

/** A model that could be the default one. */
export interface Candidate {
  readonly id: string;
  /** True for a file that text can be had from, as far as its header tells. */
  readonly isText: boolean;
  readonly isBuiltIn: boolean;
}

export interface DefaultModel {
  readonly id: string;
  /** Why this one, as the rest of a sentence that begins with its id. */
  readonly because: string;
}

/** What the set-up fetches: SmolLM2-135M-Instruct. */
export const starterModelId = "smollm2-135m-instruct";
const sampleId = "sample";

/** Names of models in a sentence. */
const mostNamed = 5;

/** `isNamedFolder`: the models folder is one that somebody named, not the one that LocalLab makes for itself. */
export function defaultModel(candidates: readonly Candidate[], isNamedFolder: boolean): DefaultModel {
  const files = candidates.filter(({ isText, isBuiltIn }) => isText && !isBuiltIn);
  const [only, ...others] = files;
  if (isNamedFolder && only !== undefined && others.length === 0)
    return { id: only.id, because: "is the only model in the models folder" };
  if (files.some(({ id }) => id === starterModelId)) return { id: starterModelId, because: "is the starter model" };
  const hasOthers = candidates.some(({ isBuiltIn }) => !isBuiltIn);
  return { id: sampleId, because: `is built in, ${whyBuiltIn(files, hasOthers)}` };
}

function whyBuiltIn(files: readonly Candidate[], hasOthers: boolean): string {
  const names = files.slice(0, mostNamed).map(({ id }) => JSON.stringify(id));
  const more = files.length - names.length;
  if (names.length === 0) return `and the models folder has no other${hasOthers ? " that writes text" : ""}`;
  const which = `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return `and nothing says which of the models folder it should be: --model picks one of ${which}`;
}
