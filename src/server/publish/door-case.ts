/** One request of the self-check and what the answer must be. Judges and nothing more. */
import type { Probe, ProbeAnswer } from "./probe.js";

export interface DoorCase {
  /** As whom, or how: "without a key". */
  readonly what: string;
  readonly probe: Probe;
  /** The statuses that are right. */
  readonly right: readonly number[];
  /** True for a path so odd that ngrok may refuse it before the lab sees it: that is no way in either. */
  readonly mayStopOnTheWay?: boolean;
}

/** A sentence when the answer was wrong. A refusal counts when it is the lab's own: another server's 401 proves nothing. */
export function judgeDoor(
  { what, probe, right, mayStopOnTheWay = false }: DoorCase,
  answer: ProbeAnswer,
): string | undefined {
  const { status, headers } = answer;
  const isOurs = headers["x-request-id"] !== undefined && (status < 400 || hasOurError(answer.text));
  if (isOurs && right.includes(status)) return undefined;
  if (mayStopOnTheWay && !isOurs && status >= 400 && status < 500) return undefined;
  const path = probe.path.replace(/api_key=.*/, "api_key=…").replace(/^https?:\/\/[^/]+/, "…");
  return `${probe.method} ${path} ${what} was answered${isOurs ? "" : by(answer)} with ${status} instead of ${right.join(" or ")}.`;
}

function by({ headers }: ProbeAnswer): string {
  const code = headers["ngrok-error-code"];
  return code === undefined ? " by something else than the lab" : ` by ngrok itself (${String(code)})`;
}

function hasOurError(text: string): boolean {
  try {
    const { detail, error } = JSON.parse(text) as { detail?: unknown; error?: { code?: unknown } };
    return typeof detail === "string" && typeof error?.code === "string";
  } catch {
    return false;
  }
}
