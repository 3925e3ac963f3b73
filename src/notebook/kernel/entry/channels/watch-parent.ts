/** A kernel ends with the Jupyter that started it, also when that was killed and could say nothing. */

/** How often the parent is looked for. */
const lookMs = 1000;

/** What can be seen of processes. */
export interface ProcessView {
  /** The parent's id now. When a parent dies, another process takes its children. */
  parent(): number;
  exists(pid: number): boolean;
}

/**
 * True once the parent is gone.
 *
 * `named` is what Jupyter says its id is (JPY_PARENT_PID); it may have started the kernel through a script.
 */
export function isOrphan(first: number, named: number | undefined, view: ProcessView): boolean {
  if (named !== undefined && named !== first) return !view.exists(named);
  // a container's first process outlives all
  return first > 1 && view.parent() !== first;
}

/** Calls `onGone` once, within a second of the parent's end. */
export function watchParent(onGone: () => void, parentName: string | undefined): NodeJS.Timeout {
  const first = process.ppid;
  const named = Number.isInteger(Number(parentName)) && Number(parentName) > 1 ? Number(parentName) : undefined;
  const timer = setInterval(() => {
    if (!isOrphan(first, named, systemView)) return;
    clearInterval(timer);
    onGone();
  }, lookMs);
  return timer;
}

const systemView: ProcessView = {
  parent: () => process.ppid,
  exists(pid) {
    try {
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as { code?: string }).code === "EPERM";
    }
  },
};
