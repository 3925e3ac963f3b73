/** Ends work when the running cell is interrupted. Outside a kernel no signal handler is installed. */
import { cellMark, inKernel } from "./kernel.js";

interface Foreground {
  readonly cell: unknown;
  cancel(): void;
}

const foreground = new Set<Foreground>();
let listening = false;

function interrupt(): void {
  const cell = cellMark();
  for (const work of [...foreground]) if (work.cell === cell) work.cancel();
}

/**
 * Calls `cancel` when the cell that runs now is interrupted before the returned function was called.
 *
 * Work of earlier cells is left alone: it was not what the person interrupted.
 */
export function cancelOnInterrupt(cancel: () => void): () => void {
  if (!inKernel()) return () => {};
  if (!listening) {
    listening = true;
    process.on("SIGINT", interrupt);
  }
  const work: Foreground = { cell: cellMark(), cancel };
  foreground.add(work);
  return () => foreground.delete(work);
}
