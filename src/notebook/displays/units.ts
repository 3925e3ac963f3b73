/** Numbers as people read them. */

const binary = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** "1.5 GiB"; "–" when unknown. Units of IEC 80000-13. */
export function bytesText(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined || !Number.isFinite(bytes)) return "–";
  const step = Math.min(binary.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  const value = bytes / 1024 ** step;
  return `${value < 10 && step > 0 ? value.toFixed(1) : Math.round(value)} ${binary[step]}`;
}

/** "142 ms", "1.4 s", "3 min 5 s"; "–" when unknown. */
export function durationText(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return "–";
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** "1 token", "2 tokens". */
export const countText = (count: number, one: string, many: string = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;

/** "1,200". */
export const wholeText = (count: number): string => count.toLocaleString("en-US");

/** "40 %" of a share between 0 and 1. */
export const percentText = (share: number): string => `${Math.round(Math.min(1, Math.max(0, share)) * 100)} %`;

/** The time of day of an ISO 8601 moment, in the reader's zone; what it says itself when it is none. */
export function timeText(moment: string): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? moment : date.toTimeString().slice(0, 8);
}

/** Day and time of an ISO 8601 moment, in the reader's zone: "28 Nov 2026, 18:02:11"; "–" for none, what it says itself when it is no moment. */
export function momentText(moment: string | null): string {
  if (moment === null) return "–";
  const date = new Date(moment);
  if (Number.isNaN(date.getTime())) return moment;
  // "Sat Nov 28 2026"
  const [, month, day, year] = date.toDateString().split(" ");
  return `${Number(day)} ${month} ${year}, ${timeText(moment)}`;
}

/** As `momentText`, for a column: "28 Nov, 18:02". */
export function shortMomentText(moment: string | null): string {
  const text = momentText(moment);
  const [day, month, , time] = text.split(/,? /);
  return time === undefined ? text : `${day} ${month}, ${time.slice(0, 5)}`;
}

/** 134515008 → "135 M", 8030261312 → "8.0 B"; "–" when unknown. */
export function parametersText(count: number | null | undefined): string {
  if (count === null || count === undefined) return "–";
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)} B` : `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} M`;
}
