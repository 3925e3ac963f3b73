/**
 * A lab's name, held by one server at a time: its state file, and what a dead server of this name has left.
 *
 * The name is free again when the last of its server is gone, not when its end begins.
 */
import { setTimeout as pause } from "node:timers/promises";
import { messageOf } from "../async/message-of.js";
import { LabError } from "../errors.js";
import { removeSocket } from "../http/owner-listener.js";
import { removeLeftSockets } from "../http/published.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/read-settings.js";
import { claimName } from "../state/claim-name.js";
import { removeKept } from "../state/kept-folder.js";
import { removeLeftTemporaries } from "../state/private-folder.js";
import { endLeftProcesses, ProcessRecord } from "../state/process-record.js";
import { type LabState, readHolder, readLeftState, removeState, writeState } from "../state/state-file.js";

/** Milliseconds a start waits for a server of the name that is ending, unless told otherwise. */
const usualPatienceMs = 20_000;
const pollMs = 50;

export class HeldName {
  /** The children of this server. */
  readonly processes: ProcessRecord;
  /** Processes of a dead server of this name that were ended. */
  readonly ended: readonly number[];
  readonly #runtimeDir: string;
  readonly #name: string;
  #letGo: (() => void) | undefined;
  #state: LabState | undefined;

  private constructor({ runtimeDir, name }: Settings, letGo: () => void, ended: readonly number[]) {
    this.#runtimeDir = runtimeDir;
    this.#name = name;
    this.#letGo = letGo;
    this.ended = ended;
    this.processes = new ProcessRecord(runtimeDir, name);
  }

  /**
   * Takes the name of the settings and ends what a dead server of this name has left running. Waits for up to
   * `patienceMs` for one that is ending.
   *
   * Refuses with `invalid_request` when another server has the name, or when the runtime folder cannot hold private files.
   */
  static async take(settings: Settings, patienceMs: number = usualPatienceMs): Promise<HeldName> {
    const until = performance.now() + patienceMs;
    for (;;) {
      const letGo = inRuntimeFolder(settings, () => claimName(settings.runtimeDir, settings.name));
      const holder = readHolder(settings.runtimeDir, settings.name);
      if (letGo !== undefined && holder === null) {
        return new HeldName(
          settings,
          letGo,
          inRuntimeFolder(settings, () => clearLeft(settings)),
        );
      }
      letGo?.();
      const isEnding = holder?.isStopping === true;
      if (!isEnding || performance.now() > until) throw takenError(settings.name, holder);
      await pause(pollMs);
    }
  }

  /** Notes a child. A record that cannot be written is a line in the log, and no reason not to start one. */
  note(pid: number, log: Pick<Log, "warn">): void {
    try {
      this.processes.add(pid);
    } catch (error) {
      log.warn("a child could not be noted for the next server", { pid, error });
    }
  }

  /** Says who has the name now. */
  announce(state: LabState): void {
    inRuntimeFolder({ runtimeDir: this.#runtimeDir }, () => writeState(this.#runtimeDir, state));
    this.#state = state;
    // not before the file says so: in between another server could take the name
    this.#letGo?.();
    this.#letGo = undefined;
  }

  /**
   * Writes the files again where they were removed. "lost" when another server has the name meanwhile, or is
   * about to: there is nothing to be done then.
   */
  restore(): "held" | "restored" | "lost" {
    const state = this.#state;
    if (state === undefined || this.#isOnDisk(state)) return "held";
    const letGo = claimName(this.#runtimeDir, this.#name);
    if (letGo === undefined) return "lost";
    try {
      if (readHolder(this.#runtimeDir, this.#name) !== null) return "lost";
      writeState(this.#runtimeDir, state);
      this.processes.write();
      return "restored";
    } finally {
      letGo();
    }
  }

  /**
   * From now on no notebook attaches to this server; the name stays taken. Where that cannot be written, on a full disk, it
   * is told to the log: nothing keeps a server from ending.
   */
  beginEnd(log: Pick<Log, "warn">): void {
    if (this.#state === undefined || this.#state.isStopping) return;
    const isOnDisk = this.#isOnDisk(this.#state);
    this.#state = { ...this.#state, isStopping: true };
    try {
      if (isOnDisk) writeState(this.#runtimeDir, this.#state);
    } catch (error) {
      log.warn("the state file cannot say that this server is ending", { error });
    }
  }

  /** Lets go of the name. Nothing of this server may run when this is called. */
  release(): void {
    this.processes.close();
    // not where another server has the name meanwhile, which keeps its own there
    const isOurs = this.#state === undefined ? this.#letGo !== undefined : this.#isOnDisk(this.#state);
    if (isOurs) removeKept({ runtimeDir: this.#runtimeDir, name: this.#name });
    if (this.#state !== undefined) removeState(this.#runtimeDir, this.#state);
    this.#state = undefined;
    this.#letGo?.();
    this.#letGo = undefined;
  }

  #isOnDisk({ ownerKey }: LabState): boolean {
    return readLeftState(this.#runtimeDir, this.#name)?.ownerKey === ownerKey;
  }
}

/** Ends and removes what a dead server has left. */
function clearLeft({ runtimeDir, name }: Settings): number[] {
  removeLeftTemporaries(runtimeDir);
  const ended = endLeftProcesses(runtimeDir, name);
  removeKept({ runtimeDir, name });
  removeLeftSockets(runtimeDir, name);
  const dead = readLeftState(runtimeDir, name);
  if (dead === null) return ended;
  if (typeof dead.socket === "string") removeSocket(dead.socket);
  removeState(runtimeDir, dead);
  return ended;
}

function takenError(name: string, holder: LabState | null): LabError {
  const advice = "or give this one another --name.";
  const what =
    holder === null
      ? "is being started right now. Use that one"
      : holder.isStopping
        ? `is still ending (process ${holder.pid}). Wait until it has`
        : `runs already at ${holder.url} (process ${holder.pid}). Stop it`;
  return new LabError("invalid_request", `A lab called "${name}" ${what}, ${advice}`, { param: "name" });
}

/** What goes wrong with the files of the folder, as a sentence that names the setting. */
function inRuntimeFolder<Value>({ runtimeDir }: Pick<Settings, "runtimeDir">, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    throw new LabError(
      "invalid_request",
      `State files cannot be kept in "${runtimeDir}": ${messageOf(error)}. Set LOCALLAB_RUNTIME_DIR to a folder that is yours alone.`,
      { param: "runtimeDir", cause: error },
    );
  }
}
