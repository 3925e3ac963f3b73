/** The connection to a lab of this machine, found by its state file: it reaches that lab's process or no program. */
import { isSameProcess } from "../../server/state/process-identity.js";
import type { LabState } from "../../server/state/state-file.js";
import { Connection } from "./connection.js";
import { LabRequestError } from "./request-error.js";

/**
 * A connection with the owner's key, through the server's socket file; to its address where a server has no such file.
 *
 * Once the server's process has ended every request fails with `lab_ended` and nothing is sent, also when another
 * program has the port, the file, or the process number by then.
 */
export function connectionTo(state: LabState): Connection {
  return new Connection(state.url, state.ownerKey, {
    socketPath: state.socket ?? undefined,
    prove: () => {
      if (!isSameProcess(state.pid, state.processStart)) throw endedError(state);
    },
    whenSilent: `Run \`await lab.stop()\`, or in a terminal \`npx --no -- locallab stop --name ${state.name}\`, then start it again.`,
  });
}

function endedError({ name, url, pid }: LabState): LabRequestError {
  const sentence = `The lab "${name}" at ${url} has ended (process ${pid} is gone). Run startLab() again.`;
  return new LabRequestError("lab_ended", sentence);
}
