/**
 * Frames of a server-sent event stream. Pure: text in, text out.
 *
 * Source: WHATWG HTML, 9.2.6. One `data:` line per frame, with the space that LocalLab's clients insist on.
 */

/** A frame with this text, which must be one line. */
export function dataFrame(line: string): string {
  // a line break here would let a model's text pose as frames of ours
  if (/[\r\n]/.test(line)) throw new RangeError("A frame holds one line.");
  return `data: ${line}\n\n`;
}

/** An event with a name of its own, and its JSON. */
export function eventFrame(event: { readonly type: string }): string {
  return `event: ${event.type}\n${dataFrame(jsonLine(event))}`;
}

/** A value as JSON on one line, also for readers that break lines where Unicode does. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0085\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export const doneFrame: string = dataFrame("[DONE]");

/** Keeps a silent stream alive; readers of events skip it. */
export const commentFrame = ": still working\n\n";
