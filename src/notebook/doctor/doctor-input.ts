/** What the checks may look at. */
import type { LabState } from "../../server/state/state-file.js";
import type { Connection } from "../client/connection.js";

export interface DoctorInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the notebook, or of the terminal. */
  readonly folder: string;
  /** The folder of this project, where its set-up keeps a Jupyter and the kernel spec. */
  readonly projectFolder: string;
  /** True in a cell. */
  readonly isKernel: boolean;
  /** The lab that is asked about its machine; undefined when none runs. */
  readonly connection: Connection | undefined;
  /** Labs of this machine that run, with their settings. */
  readonly labs: readonly LabState[];
}
