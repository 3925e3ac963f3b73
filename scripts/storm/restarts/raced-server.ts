import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { processes, type TreeProcess } from "../process-tree.js";

const program = fileURLToPath(new URL("../../../dist/server/main.js", import.meta.url));

/** A server of a storm of restarts, in a process group of its own: so its children are known when it is dead. */
export class RacedServer {
  readonly startedAt = performance.now();
  /** What it printed. */
  said = "";
  /** True from the moment before it is killed: connections break before its exit is known. */
  isKilled = false;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  constructor(flags: readonly string[], env: Readonly<Record<string, string>>) {
    const { LOCALLAB_API_KEY: _notWanted, ...environment } = process.env;
    this.#child = spawn(process.execPath, [program, "serve", ...flags], {
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...environment, ...env },
    });
    this.#ended = new Promise((resolve) => {
      this.#child.once("error", (error) => {
        this.said += error.message;
        if (this.#child.pid === undefined) resolve(null);
      });
      this.#child.once("close", (code) => resolve(code));
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.said = (this.said + text).slice(-4000);
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isAlive(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get listens(): boolean {
    return /^LocalLab .* at http/m.test(this.said);
  }

  /** Its children that run or are stopped, also when it is dead itself. */
  children(): TreeProcess[] {
    return processes().filter(
      ({ group, pid, state }) => group === this.pid && pid !== this.pid && !/^[ZX]/.test(state),
    );
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Its exit code once it has ended; null for one that was killed. */
  async exit(): Promise<number | null> {
    return this.#ended;
  }

  /** Kills it. With true its children are stopped before, so that none of them notices. */
  async kill(freezes: boolean): Promise<void> {
    if (freezes && this.isAlive) {
      for (const { pid } of this.children()) send(pid, "SIGSTOP");
    }
    this.isKilled = true;
    this.signal("SIGKILL");
    // not its end: a child that hangs keeps its output open
    while (this.isAlive) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Ends what is left of it, whatever state that is in. */
  killGroup(): void {
    if (this.pid !== 0) send(-this.pid, "SIGKILL");
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // it has ended meanwhile
  }
}
