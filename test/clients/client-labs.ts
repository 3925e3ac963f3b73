import type { ClientLab } from "./client-lab.js";
import type { FaultyLab } from "./faulty-lab.js";

/** The servers that all clients are tested with: one that answers, and one that fails as it is told. */
export interface ClientLabs {
  lab: ClientLab;
  faulty: FaultyLab;
}
