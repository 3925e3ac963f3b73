/** An engine process as the house holds it: messages in, messages out, and how it ended. Tests give a fake one. */
import type { Log } from "../../log.js";
import type { FromEngine, ToEngine } from "./messages.js";

export interface Exit {
  /** How it ended, as a part of a sentence. */
  readonly how: string;
  /** True when the process never ran: no descriptor, no process or no memory was left for it. */
  readonly neverRan: boolean;
}

export interface ProcessLink {
  /** undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Resolves once it is known that the process ended; never rejects. */
  readonly exited: Promise<Exit>;
  /** Sends nothing to a process that is gone: its exit tells everyone. */
  send(message: ToEngine): void;
  /** There is one listener at a time. */
  listen(receive: (message: FromEngine) => void): void;
  /** Processor time that it used so far, in any unit; null where that cannot be seen. */
  processorTime(): number | null;
  /** Ends it by force, also when it is stopped or hangs. */
  kill(): void;
}

export type StartProcess = (log: Log) => ProcessLink;
