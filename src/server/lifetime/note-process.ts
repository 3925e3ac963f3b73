/** Children noted on disk for the next server of the name, who ends those that this one leaves. */
import type { Log } from "../log.js";
import type { ProcessRecord } from "../state/process-record.js";

/** Notes a child. A record that cannot be written is no reason not to start one: it is told to the log. */
export function noteProcess(processes: ProcessRecord, log: Log): (pid: number) => void {
  return (pid) => {
    try {
      processes.add(pid);
    } catch (error) {
      log.warn("a child could not be noted for the next server", { pid, error });
    }
  };
}
