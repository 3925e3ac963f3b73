/** Where a reply under way stands, in words. */

import type { Health } from "../../server/wire/system.js";
import type { StreamingReply } from "../client/reply.js";
import { speedText } from "./answer-view.js";
import { dotted } from "./parts.js";
import { countText, durationText, percentText } from "./units.js";

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

/** Why nothing has come yet, as far as the lab's own state says. */
export function waitingText(health: Health | undefined, tookMs: number): string {
  const after = dotted(durationText(tookMs), "■ stops it");
  if (health?.loading) return dotted(`waiting for the model: ${percentText(health.loading.progress)}`, after);
  const isFull = health !== undefined && health.waiting > 0 && health.slots.busy >= health.slots.total;
  if (isFull) return dotted(`waiting in line: ${countText(health.waiting, "request waits", "requests wait")}`, after);
  return dotted("reading the prompt", after);
}
