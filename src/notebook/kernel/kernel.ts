/**
 * What the kernel offers to a library in it.
 *
 * This project's kernel says it by `Symbol.for("locallab.kernel")`. A plain tslab (1.0.22) is known by `__tslab__`, which
 * its executor sets; everything that leans on a habit of it stands in this file.
 */
import { displayWish } from "./environment.js";

/** An output in all its forms; a front end takes the richest it can show. */
export interface DisplayBundle {
  readonly "text/plain": string;
  readonly "text/html"?: string;
  readonly "text/markdown"?: string;
  readonly "image/svg+xml"?: string;
  readonly "application/json"?: unknown;
}

/** One output in a cell: the first call makes it, later calls replace it, also after the cell ended. */
export interface KernelDisplay {
  show(bundle: DisplayBundle): void;
}

/** This project's kernel, as `kernel/entry/` puts it up. */
interface OwnKernel {
  display(data: object, options?: { displayId?: string; update?: boolean }): string;
  /** Another object for every cell; what a cell began sees its cell's, also later. */
  readonly cell: { readonly isRunning: boolean } | undefined;
}

interface Tslab {
  newDisplay(): { raw(mime: string, content: unknown): void };
}

const kernelSymbol = Symbol.for("locallab.kernel");
const ownKernel = (): OwnKernel | undefined => (globalThis as { [kernelSymbol]?: OwnKernel })[kernelSymbol];

function plainTslab(): Tslab | undefined {
  const host = (globalThis as { __tslab__?: { require?: (id: string) => unknown } }).__tslab__;
  return host?.require?.("tslab") as Tslab | undefined;
}

/** True in a cell's process. */
export const inKernel = (): boolean => ownKernel() !== undefined || plainTslab() !== undefined;

/** A new output of the running cell; undefined outside a kernel, or when text was asked for. */
export function newDisplay(): KernelDisplay | undefined {
  if (displayWish() === "text") return undefined;
  const kernel = ownKernel();
  if (kernel === undefined) return plainDisplay();
  let displayId: string | undefined;
  const show = (data: object): void => {
    if (displayId === undefined) displayId = kernel.display(data);
    else kernel.display(data, { displayId, update: true });
  };
  return { show };
}

/** tslab shows one form: the first of these that is there. */
function plainDisplay(): KernelDisplay | undefined {
  const display = plainTslab()?.newDisplay();
  if (display === undefined) return undefined;
  const show = (bundle: DisplayBundle): void => {
    const mime = richest.find((one) => bundle[one] !== undefined) ?? "text/plain";
    display.raw(mime, bundle[mime]);
  };
  return { show };
}
const richest = ["text/html", "image/svg+xml", "text/markdown"] as const;

/** "html" where a cell can show it, else "text". */
export const displayMode = (): "html" | "text" => (displayWish() === "text" || !inKernel() ? "text" : "html");

/**
 * Something that is the same during one cell and differs between cells.
 *
 * Plain tslab gives every execution its own `process.stderr.write`.
 */
export const cellMark = (): unknown => ownKernel()?.cell ?? process.stderr.write;

/** Whether the cell of this mark still runs; of a plain tslab's cell: whether it is the last one that was run. */
export function isCellRunning(mark: unknown): boolean {
  if (ownKernel() === undefined) return mark === process.stderr.write;
  return typeof mark === "object" && mark !== null && "isRunning" in mark && mark.isRunning === true;
}

/** The folder of the notebook's code as it stands in stack traces. */
const ownFolder = new URL("..", import.meta.url).href;

/**
 * True when a plain tslab prints the value a cell ends with, and not the cell itself with `console.log`. This project's
 * kernel asks the value by `Symbol.for("Jupyter.display")` instead.
 *
 * Looks at who called: past Node's own frames and the notebook's, the kernel's executor comes first.
 */
export function isCellResult(): boolean {
  if (ownKernel() !== undefined) return false;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 24;
  const frames = (new Error().stack ?? "").split("\n").slice(1);
  Error.stackTraceLimit = limit;
  const caller = frames.find((frame) => !frame.includes("node:internal/") && !frame.includes(ownFolder));
  return /[\\/]tslab[\\/]dist[\\/]executor\.js/.test(caller ?? "");
}

/**
 * Swallows the line end a plain tslab prints after a value that printed as nothing.
 *
 * It shows a cell's value with `console.log`, so an empty text would still leave an empty line.
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
