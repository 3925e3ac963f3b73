/** Which options of a load mean nothing to a model that measures texts, or less than they say. Pure. */
import type { LoadableKind } from "./file-kinds.js";
import type { LoadOptions } from "./models.js";

/** One sentence for each; none for a model that writes text. `context`: tokens that it has now. */
export function ignoredOptions(
  kind: LoadableKind,
  { context: asked, slots, chatTemplate }: LoadOptions,
  context: number,
): string[] {
  if (kind === "text") return [];
  const isShorter = asked !== undefined && asked > context;
  return [
    ...(isShorter ? [`Its context has ${context} tokens, not ${asked}: it was trained for no more.`] : []),
    ...((slots ?? 1) > 1 ? ["slots has no effect: its texts are read one after the other."] : []),
    ...(chatTemplate === undefined ? [] : ["chat_template has no effect: it has no conversations."]),
  ];
}
