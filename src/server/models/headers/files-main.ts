/**
 * The files process: reads headers of files that nobody vouches for, so that one that hurts its reader hurts no server.
 *
 * Ends with its parent, which also ends it when there is nothing to read for a while.
 */
import { messageOf } from "../../async/message-of.js";
import { LongHeader, UnreadableHeader } from "../gguf-bytes.js";
import { type GgufHeader, type HeaderValue, readGgufHeader } from "../gguf-header.js";
import type { AskHeader, HeaderAnswer } from "./header-messages.js";

/** Values of a header that are sent on; models have about forty that matter. */
const mostValues = 512;

process.on("message", ({ path, sizeBytes }: AskHeader) => {
  void readGgufHeader(path, sizeBytes).then(
    (header) => answer({ header: { ...header, values: valuesThatMatter(header) } }),
    (error: unknown) => answer(refusalOf(error)),
  );
});
process.on("disconnect", () => process.exit());
// a terminal sends these to every process of the lab; the parent decides what they mean
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

/** Of the vocabulary only what kind it is: the largest have a hundred thousand words and a list for each layer. */
function valuesThatMatter({ values }: GgufHeader): Map<string, HeaderValue> {
  const architecture = values.get("general.architecture");
  const ours = [...values].filter(
    ([key]) =>
      /^(?:general|split)\./.test(key) ||
      key.startsWith(`${architecture}.`) ||
      /^tokenizer\.ggml\.(?:model|pre|tokens)$/.test(key),
  );
  return new Map(ours.slice(0, mostValues));
}

function refusalOf(error: unknown): HeaderAnswer {
  const message = messageOf(error);
  if (error instanceof UnreadableHeader) return { refusal: "unreadable", message };
  if (error instanceof LongHeader) return { refusal: "long", message };
  return { refusal: "system", message, code: (error as NodeJS.ErrnoException).code };
}

function answer(words: HeaderAnswer): void {
  // a channel that is closed has nobody at its other end
  if (process.connected) process.send?.(words);
}
