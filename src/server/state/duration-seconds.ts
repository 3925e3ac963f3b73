/** The one reader of durations, for settings, request fields and the terminal. */

const secondsPerUnit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 };

/** Seconds in "90", "90s", "1.5m", "8h", "2d" or "250ms"; NaN in any other text. */
export function durationSeconds(text: string): number {
  const [, amount = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  return amount === "" ? Number.NaN : Number(amount) * (secondsPerUnit[unit] as number);
}
