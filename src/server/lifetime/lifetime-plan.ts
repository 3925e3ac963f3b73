/** Whether a server that its owner has left goes on, takes no new visitors, or ends. */

export interface Presence {
  /** True while the owner holds it or has a request answered. */
  readonly isPresent: boolean;
  /** Milliseconds since that was last so. */
  readonly absentMs: number;
  /** Milliseconds it stays after that; "off" for ever. */
  readonly lingerMs: number | "off";
  /** True while a request runs or waits, or a model loads. */
  readonly isBusy: boolean;
}

export type LifetimeStep =
  /** Look again after so long. */
  | { readonly kind: "stay"; readonly lookAgainMs: number; readonly reason: string }
  /** What runs may finish, within a few seconds; strangers get nothing new. */
  | { readonly kind: "leave"; readonly lookAgainMs: number; readonly reason: string }
  | { readonly kind: "end"; readonly reason: string };

/** Milliseconds a timer can wait: Node takes more for 1. */
const longestTimerMs = 2 ** 31 - 1;
/** A server whose time is over and that is busy is looked at again after this, in milliseconds. */
const busyPauseMs = 250;
/** Milliseconds that what runs has before the server stops, which lets it finish for 10 s more: answers may take hours. */
const graceMs = 5000;

/** A request of a stranger never moves the end, except by the seconds it has to finish. */
export function lifetimeStep({ isPresent, absentMs, lingerMs, isBusy }: Presence): LifetimeStep {
  if (lingerMs === "off") return { kind: "stay", lookAgainMs: longestTimerMs, reason: "it stays until it is stopped" };
  if (isPresent) return { kind: "stay", lookAgainMs: longestTimerMs, reason: "its owner is there" };
  const restMs = lingerMs - absentMs;
  if (restMs > 0) {
    return {
      kind: "stay",
      lookAgainMs: Math.min(Math.ceil(restMs), longestTimerMs),
      reason: "its owner may come back",
    };
  }
  if (!isBusy) return { kind: "end", reason: "its owner is gone and nothing runs" };
  if (-restMs >= graceMs) return { kind: "end", reason: "its owner is gone and what runs has had its time" };
  return { kind: "leave", lookAgainMs: busyPauseMs, reason: "its owner is gone; what runs may finish" };
}
