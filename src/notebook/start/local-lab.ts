/** A lab on this machine: held while this process lives, asked with the owner's key, and stopped for good. */
import { runtimeFolder } from "../../server/state/lab-folders.js";
import type { LabState } from "../../server/state/state-file.js";
import type { Connection } from "../client/connection.js";
import { connectionTo } from "../client/local-connection.js";
import { environment } from "../kernel/environment.js";
import { ConnectedLab } from "../lab/connected-lab.js";
import { holdServer } from "./holder.js";
import { stopServer } from "./stop-server.js";

export interface LocalLab {
  readonly lab: ConnectedLab;
  readonly state: LabState;
  /** For what only the owner may ask. */
  readonly connection: Connection;
}

/** The labs this process holds, by the server's process. */
const held = new Map<string, Promise<LocalLab>>();

/**
 * The labs of this process, by the folder of their state and their name. A lab that is started again is the same object:
 * the variables of earlier cells, and the conversations begun from them, go on with the new server.
 */
const byName = new Map<string, ConnectedLab>();

/**
 * The one `Lab` of this process for this server. Holds the server from now on.
 *
 * Fails within half a minute, with nothing left open, when the server does not answer as it should.
 */
export function localLab(state: LabState): Promise<LocalLab> {
  const key = `${state.pid} ${state.processStart}`;
  const known = held.get(key);
  if (known !== undefined) return known;
  const lab = attach(state, () => held.delete(key));
  held.set(key, lab);
  lab.catch(() => held.delete(key));
  return lab;
}

async function attach(state: LabState, forget: () => void): Promise<LocalLab> {
  const connection = connectionTo(state);
  try {
    const holder = await holdServer(connection);
    void holder.lost.then(forget);
    const ending = async () => {
      forget();
      try {
        return await stopServer(state, connection);
      } finally {
        holder.release();
      }
    };
    const local = { name: state.name, connection, logFile: state.logFile, ending };
    const place = `${runtimeFolder(environment())} ${state.name}`;
    const lab = await ConnectedLab.connect(state.url, state.apiKey ?? undefined, local, byName.get(place));
    byName.set(place, lab);
    return { lab, state, connection };
  } catch (error) {
    // what holds the server goes with it: a lab without a user is not held
    connection.close();
    throw error;
  }
}
