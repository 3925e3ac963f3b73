/**
 * Warnings in a header, for streams and for clients whose replies have no place for them: the sentences, one after the
 * other. Those of a stream are the ones known before it begins.
 */
import type { LabContext } from "./route.js";

/** Characters of the header; Node's own clients take 16 KiB of headers in all. */
const mostCharacters = 4096;

/** Says them in `X-LocalLab-Warnings`, in place of what it said before. */
export function tellWarnings(ctx: LabContext, warnings: readonly string[]): void {
  if (warnings.length > 0)
    ctx.set("X-LocalLab-Warnings", inAscii([...new Set(warnings)].join(" ")).slice(0, mostCharacters));
}

/** Other characters than printable ASCII as `\uXXXX`: a header holds nothing else. */
const inAscii = (text: string): string =>
  text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The warnings of a call or of a reply; none where it has none. */
export function warningsIn(value: unknown): readonly string[] {
  const { warnings } = (value ?? {}) as { readonly warnings?: unknown };
  return Array.isArray(warnings) ? warnings.filter((one) => typeof one === "string") : [];
}
