/** Where a reply under way stands, in words. */

import type { StreamProgress } from "../../server/wire/frames.js";
import type { Health } from "../../server/wire/system.js";
import { oneLine } from "../client/clean-text.js";
import type { StreamingReply } from "../client/reply.js";
import { speedText } from "./answer-view.js";
import { dotted } from "./parts.js";
import { countText, durationText, percentText, wholeText } from "./units.js";

/** "142 tokens · 58 tokens/s · 2.4 s · ■ stops it". */
export function liveText({ pieceCount, firstAtMs, lastAtMs }: StreamingReply, tookMs: number): string {
  const decodeMs = lastAtMs - firstAtMs;
  return dotted(
    countText(pieceCount, "token"),
    pieceCount > 1 && decodeMs > 200 && speedText(((pieceCount - 1) / decodeMs) * 1000),
    durationText(tookMs),
    "■ stops it",
  );
}

/** Why nothing has come yet: what the stream itself said last, else what the lab's own state says. */
export function waitingText(
  health: Health | undefined,
  tookMs: number,
  progress: StreamProgress | undefined = undefined,
): string {
  return dotted(waitOf(progress) ?? stateOf(health), durationText(tookMs), "■ stops it");
}

/** What a stream says of itself, in words; undefined where it says nothing of use. */
export function waitOf(progress: StreamProgress | undefined): string | undefined {
  if (progress?.state === "loading" && progress.progress !== null) return loadingText(progress as Loading);
  if (progress?.state === "queued" && progress.position !== null) return `waiting in line: place ${progress.position}`;
  if (progress?.state !== "prefilling") return undefined;
  const { read_tokens, prompt_tokens } = progress;
  return `reading the prompt: ${wholeText(read_tokens)} of ${wholeText(prompt_tokens)} tokens`;
}

function stateOf(health: Health | undefined): string {
  if (health?.loading) return loadingText(health.loading);
  const isFull = health !== undefined && health.waiting > 0 && health.slots.busy >= health.slots.total;
  return isFull
    ? `waiting in line: ${countText(health.waiting, "request waits", "requests wait")}`
    : "reading the prompt";
}

type Loading = NonNullable<Health["loading"]>;

const loadingText = ({ model, progress }: Loading): string =>
  `loading ${oneLine(model.slice(model.lastIndexOf("/") + 1), 60)} … ${percentText(progress)}`;
