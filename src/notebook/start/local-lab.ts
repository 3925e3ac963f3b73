/** A lab on this machine: held while this process lives, asked with the owner's key, and stopped for good. */
import type { LabState } from "../../server/state/state-file.js";
import { Connection } from "../client/connection.js";
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

/** The one `Lab` of this process for this server. Holds the server from now on. */
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
  const connection = new Connection(state.url, state.ownerKey);
  const holder = await holdServer(state.url, state.ownerKey);
  void holder.lost.then(forget);
  const lab = await ConnectedLab.connect(state.url, state.apiKey ?? undefined, {
    ownerKey: state.ownerKey,
    logFile: state.logFile,
    ending: async () => {
      forget();
      try {
        return await stopServer(state, connection);
      } finally {
        holder.release();
        connection.close();
      }
    },
  });
  return { lab, state, connection };
}
