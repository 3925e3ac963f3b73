/** How far a stream is that has said nothing yet: as a comment, which readers of events skip. */
import type { Generation } from "../engine/generation.js";
import type { ModelStatus } from "../models/models.js";
import type { StreamProgress } from "../wire/frames.js";
import { jsonLine } from "./sse.js";

type Asked = Pick<Generation, "state" | "model" | "position" | "promptTokens" | "readTokens">;

/** The comment; "" once the answer comes, or where nothing is known. */
export function progressFrame(generation: Asked, { loading }: Pick<ModelStatus, "loading">): string {
  const progress = progressOf(generation, loading);
  return progress === undefined ? "" : `: progress ${jsonLine(progress)}\n\n`;
}

function progressOf(
  { state, model, position, promptTokens, readTokens }: Asked,
  loading: ModelStatus["loading"],
): StreamProgress | undefined {
  if (state === "loading" && model !== null) {
    return { state, model, progress: loading?.model === model ? loading.progress : null };
  }
  if (state === "queued") return { state, position };
  if (state !== "prefilling" || promptTokens === null) return undefined;
  return { state, read_tokens: readTokens, prompt_tokens: promptTokens };
}
