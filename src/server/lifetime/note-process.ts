/** Children noted on disk for the next server of the name, which ends those that this one leaves. */
import type { Log } from "../log.js";
import type { ProcessRecord } from "../state/process-record.js";

/** Notes a child. A record that cannot be written is a line in the log, and no reason not to start one. */
export function noteProcess(processes: ProcessRecord, log: Log): (pid: number) => void {
  return (pid) => {
    try {
      processes.add(pid);
    } catch (error) {
      log.warn("a child could not be noted for the next server", { pid, error });
    }
  };
}
