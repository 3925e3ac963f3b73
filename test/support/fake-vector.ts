import type { GenerationRequest } from "../../src/server/engine/request.js";

/** What a fake engine measures: a vector of length 1 of the text's own, or the share of the query's letters in it. */
export function fakeVector({ input, measure }: GenerationRequest): number[] {
  const text = input.kind === "prompt" ? input.text : "";
  if (measure?.kind === "rank") {
    const letters = [...new Set(measure.query)];
    return [letters.filter((letter) => text.includes(letter)).length / Math.max(1, letters.length)];
  }
  const ids = measure?.tokens ?? [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const angle = ids.reduce((sum, id, index) => sum + id * (index + 1), 0);
  return [Math.fround(Math.cos(angle)), Math.fround(Math.sin(angle))];
}
