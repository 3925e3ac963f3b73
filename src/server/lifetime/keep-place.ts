/** Looks now and then whether this server can still be found, and puts back what was removed. */

import type { OwnerListener } from "../http/owner-listener.js";
import type { Log } from "../log.js";
import type { HeldName } from "./held-name.js";

export interface KeptPlace {
  readonly held: Pick<HeldName, "restore">;
  readonly socket: Pick<OwnerListener, "restore">;
  readonly log: Log;
  /** Milliseconds between two looks. Default 5000. */
  readonly lookMs?: number | undefined;
}

const usualLookMs = 5000;

/** Begins to look. The returned function ends that. */
export function keepPlace({ held, socket, log, lookMs = usualLookMs }: KeptPlace): () => void {
  let isLost = false;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const place = held.restore();
    if (place === "restored") log.warn("the state file was removed and is written again");
    if (place === "lost" && !isLost) log.error("another server has taken this lab's name: this one can not be found");
    isLost = place === "lost";
    if (!isLost && (await socket.restore())) log.warn("the owner's socket was removed and is open again");
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => log.warn("the state file and the socket could not be looked after", { error }))
      .finally(() => {
        isLooking = false;
      });
  }, lookMs).unref();
  return () => clearInterval(timer);
}
