/** Warnings as a header, for answers whose form has no place for them, and for clients that show none of it. */
import type { LabContext } from "./route.js";

/** Characters of the header; some clients take 8192 for all of them. */
const mostCharacters = 4096;

/** Sets `X-LocalLab-Warnings` to the sentences, one after the other; what is not printable ASCII is written as `\uXXXX`. */
export function tellWarnings(ctx: LabContext, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  const ascii = [...new Set(warnings)]
    .join(" ")
    .replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  ctx.set("X-LocalLab-Warnings", ascii.slice(0, mostCharacters));
}
