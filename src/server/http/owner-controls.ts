/** What the owner's key may do with the server itself. */
import type { StopResponse } from "../wire/lab.js";

export interface OwnerControls {
  /** How many kernels hold the server. */
  readonly holders: number;
  /** Keeps the server from ending by itself until the returned function is called. */
  hold(): () => void;
  /** Ends everything but the process, which ends once the answer is sent. */
  stop(drainSeconds: number): Promise<StopResponse>;
}
