/** The end of a file of lines, and what is written to it afterwards. */
import { type FileHandle, open } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

/** Most bytes that are read from the end of the file. */
const mostEndBytes = 4 * 1024 * 1024;
/** Bytes read at once. */
const pieceBytes = 256 * 1024;
/** Milliseconds between two looks at the file. */
const lookMs = 200;

export interface FileEnd {
  /** The last whole lines, oldest first. */
  readonly lines: readonly string[];
  /** Where the next line begins. */
  readonly offset: number;
  /** Which file has been read: another one may take its path. */
  readonly inode: number;
}

/** The last lines that pass, `count` at most. Rejects when the file cannot be read. */
export async function readFileEnd(path: string, count: number, passes: (line: string) => boolean): Promise<FileEnd> {
  const handle = await open(path, "r");
  try {
    const { size, ino } = await handle.stat();
    const from = Math.max(0, size - mostEndBytes);
    const { lines, offset } = await linesFrom(handle, from, size);
    // the first line may have been cut
    const whole = from > 0 ? lines.slice(1) : lines;
    return { lines: count === 0 ? [] : whole.filter(passes).slice(-count), offset, inode: ino };
  } finally {
    await handle.close();
  }
}

/**
 * Hands over each line that is written from now on, also once the file was emptied, or another one took its path. Never
 * resolves but by the signal.
 */
export async function followFile(
  path: string,
  { offset: from, inode: first }: Pick<FileEnd, "offset" | "inode">,
  take: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  let place = { offset: from, inode: first };
  while (!signal.aborted) {
    const { lines, ...next } = await nextLines(path, place);
    place = next;
    for (const line of lines) take(line);
    if (lines.length === 0) await pause(lookMs, undefined, { signal }).catch(() => {});
  }
}

/** What stands after a place, as far as it is whole lines, and the place after that. */
async function nextLines(path: string, known: Pick<FileEnd, "offset" | "inode">): Promise<FileEnd> {
  const handle = await open(path, "r").catch(() => undefined);
  // moved away, and not made again yet
  if (handle === undefined) return { ...known, lines: [] };
  try {
    const { ino: inode, size } = await handle.stat();
    const from = inode !== known.inode || size < known.offset ? 0 : known.offset;
    const to = Math.min(size, from + pieceBytes);
    const { lines, offset } = await linesFrom(handle, from, to);
    // a line longer than a piece would hold up all that come after it
    return { lines, inode, offset: offset === from && to - from === pieceBytes ? to : offset };
  } finally {
    await handle.close();
  }
}

/** Whole lines between two places, and where the first that is not whole begins. */
async function linesFrom(handle: FileHandle, from: number, to: number): Promise<{ lines: string[]; offset: number }> {
  const bytes = Buffer.alloc(to - from);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
  const end = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
  const lines = bytes.toString("utf8", 0, end).split("\n").filter(Boolean);
  return { lines, offset: from + end };
}
