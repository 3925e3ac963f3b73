/** What this process may have of the machine. */

/** Bytes this process and its children could still take now, file caches that would make room counted as free. */
export function availableMemoryBytes(): number {
  return process.availableMemory();
}
