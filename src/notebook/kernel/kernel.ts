/**
 * What the tslab kernel offers to a library in it, without depending on tslab.
 *
 * `globalThis.__tslab__` is set by the kernel's executor (tslab 1.0.22). Everything that leans on a habit
 * of that version stands in this file.
 */
import { displayWish } from "./environment.js";

/** One output in a cell: the first call makes it, later calls replace it, also after the cell ended. */
export interface KernelDisplay {
  html(source: string): void;
}

interface Tslab {
  newDisplay(): KernelDisplay;
}

function tslab(): Tslab | undefined {
  const host = (globalThis as { __tslab__?: { require?: (id: string) => unknown } }).__tslab__;
  return host?.require?.("tslab") as Tslab | undefined;
}

/** True in a cell's process. */
export const inKernel = (): boolean => tslab() !== undefined;

/** A new output of the running cell; undefined outside a kernel, or when text was asked for. */
export function newDisplay(): KernelDisplay | undefined {
  return displayWish() === "text" ? undefined : tslab()?.newDisplay();
}

/** "html" where a cell can show it, else "text". */
export const displayMode = (): "html" | "text" => (displayWish() === "text" || !inKernel() ? "text" : "html");

/**
 * Something that is the same during one cell and differs between cells.
 *
 * The kernel gives every execution its own `process.stderr.write`.
 */
export const cellMark = (): unknown => process.stderr.write;

/** The folder of the notebook's code as it stands in stack traces. */
const ownFolder = new URL("..", import.meta.url).href;

/**
 * True when the kernel is printing the value a cell ends with, and not the cell itself with `console.log`.
 *
 * Looks at who called: past Node's own frames and the notebook's, the kernel's executor comes first.
 */
export function isCellResult(): boolean {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 24;
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = limit;
  const caller = frames.find((frame) => !frame.includes("node:internal/") && !frame.includes(ownFolder));
  return /[\\/]tslab[\\/]dist[\\/]executor\.js/.test(caller ?? "");
}

/**
 * Swallows the line end the kernel prints after a value that printed as nothing.
 *
 * The kernel shows a cell's value with `console.log`, so an empty text would still leave an empty line.
 */
export function swallowLineEnd(): void {
  const write = process.stdout.write;
  const restore = (): void => {
    if (process.stdout.write === swallow) process.stdout.write = write;
  };
  const swallow = ((chunk: string | Uint8Array, ...rest: never[]): boolean => {
    restore();
    return chunk === "\n" ? true : write.call(process.stdout, chunk, ...rest);
  }) as typeof process.stdout.write;
  process.stdout.write = swallow;
  queueMicrotask(restore);
}
