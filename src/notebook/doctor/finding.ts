/** What the doctor found out about one thing. */

/** good: nothing to do. absent: not there, and not needed. warning: something will not work, or not well. bad: LocalLab does not run like this. */
export type FindingState = "good" | "absent" | "warning" | "bad";

/** One thing that was looked at. No secret stands in it. */
export interface Finding {
  /** What was looked at: "Node", "Port" … */
  check: string;
  state: FindingState;
  /** What was found. */
  found: string;
  /** What that means or what to do, in one sentence. */
  advice: string;
  /** A line to copy that repairs it; null when nothing is to be done. */
  fix: string | null;
}

/** What the doctor found. Prints itself: a table in a cell, lines in a terminal. No secret in it. */
export interface DoctorReport {
  /** The worst of the findings; what is absent counts as good. */
  state: Exclude<FindingState, "absent">;
  /** One entry per thing that was looked at. */
  findings: Finding[];
  /** Milliseconds it took. */
  took_ms: number;
}

/** A finding about `check`: what was found, what it means, and a line that repairs it. */
export const finding = (
  check: string,
  state: FindingState,
  found: string,
  advice: string,
  fix: string | null = null,
): Finding => ({ check, state, found, advice, fix });
