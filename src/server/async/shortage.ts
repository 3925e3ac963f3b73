/** Work that failed because the machine had nothing left to do it with. */

const shortages: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE", "ENOMEM", "EAGAIN"]);

/**
 * True for the system's error that this process, or the machine, has no descriptor, process or memory left.
 *
 * Whoever looks for something and meets it knows nothing: neither that it is there nor that it is not.
 */
export function isShortage(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && shortages.has((error as NodeJS.ErrnoException).code);
}
