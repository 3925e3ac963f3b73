import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readState } from "../../src/server/state/state-file.js";
import type { CurrentModel } from "../../src/server/wire/models.js";
import type { Health, SystemInfo } from "../../src/server/wire/system.js";
import { requestShapes } from "./request-shapes.js";
import { Target } from "./target.js";

const program = fileURLToPath(new URL("../../dist/server/main.js", import.meta.url));
/** Lets the server's garbage be collected from outside; an address, because Node asks for one. */
const collectOnSignal = new URL("collect-on-signal.mjs", import.meta.url).href;
/** How long the server may take to listen and to load the model. */
const startMs = 120_000;
/** How long it may take to end when asked. */
const stopMs = 10_000;

export interface LabSettings {
  readonly model: string;
  /** Folder with the model's file; null for an embedded model. */
  readonly modelsDir: string | null;
  readonly slots: number;
  /** Tokens per slot. */
  readonly context: number;
  readonly prefillChunk: number;
  /** The Node that runs it; ours by default. */
  readonly node?: string;
  /** Other flags, by name without dashes. */
  readonly flags?: Readonly<Record<string, string | number>>;
}

/** What the running server says about itself. */
export interface LabFacts {
  readonly pid: number;
  readonly enginePid: number;
  readonly version: string;
  readonly threads: number;
  readonly context: number;
  readonly slots: number;
  readonly sizeBytes: number;
}

/** A LocalLab server of our own: in a process group, with its folders in a temporary one, on a port of its choice. */
export class LabProcess {
  readonly #folder: string = mkdtempSync(join(tmpdir(), "locallab-bench-"));
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal;
  #said = "";
  #target: Target | undefined;

  /** Starts it. Whoever calls this calls `stop` too. `signal` ends the waiting, not the server. */
  constructor(settings: LabSettings, signal: AbortSignal) {
    this.#signal = signal;
    const flags = {
      port: 0,
      model: settings.model,
      "models-dir": settings.modelsDir ?? this.#emptyFolder(),
      context: settings.context,
      slots: settings.slots,
      "prefill-chunk": settings.prefillChunk,
      waiting: 1000,
      "rate-limit": "off",
      "log-level": "warn",
      ...settings.flags,
    };
    const { LOCALLAB_API_KEY: _notWanted, ...environment } = process.env;
    this.#child = spawn(
      settings.node ?? process.execPath,
      [
        "--import",
        collectOnSignal,
        program,
        "serve",
        ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
      ],
      {
        // a group of its own: an interrupt of the benchmark reaches the server through stop() only
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...environment,
          LOCALLAB_CACHE_DIR: join(this.#folder, "cache"),
          LOCALLAB_RUNTIME_DIR: this.#runtimeDir,
        },
      },
    );
    // told by the exit below
    this.#child.on("error", () => {});
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#said = (this.#said + text).slice(-4000);
      });
    }
  }

  /** Resolves when the model is loaded. Throws with what the server printed when it ends instead. */
  async ready(): Promise<Target> {
    const deadline = Date.now() + startMs;
    for (;;) {
      this.#throwIfEnded();
      const state = readState(this.#runtimeDir, "default");
      if (state !== null) {
        this.#target ??= new Target(new URL(state.url), requestShapes.locallab, this.#signal);
        const health = (await this.#target.get("/health")) as Health;
        if (health.state === "ready") return this.#target;
        if (health.state === "failed") throw new Error(`The model did not load. The server said:\n${this.#said}`);
      }
      if (Date.now() > deadline) {
        throw new Error(`The server was not ready after ${startMs / 1000} s. It said:\n${this.#said}`);
      }
      await pause(50, undefined, { signal: this.#signal });
    }
  }

  /** Whether its process is there. */
  get isAlive(): boolean {
    return this.#child.pid !== undefined && !this.#hasEnded;
  }

  /** Where it listens and the key with every scope. Throws before it listens. */
  door(): { readonly url: string; readonly ownerKey: string } {
    const state = readState(this.#runtimeDir, "default");
    if (state === null) throw new Error("The server does not listen yet. Wait for ready().");
    return { url: state.url, ownerKey: state.ownerKey };
  }

  async facts(): Promise<LabFacts> {
    const target = await this.ready();
    const { engine } = (await target.get("/system/info")) as SystemInfo;
    const { version } = (await target.get("/health")) as Health;
    const model = (await target.get("/models/current")) as CurrentModel;
    const pid = this.#child.pid;
    if (pid === undefined || engine.pid === null) throw new Error("The server does not tell its engine process.");
    return {
      pid,
      enginePid: engine.pid,
      version,
      threads: engine.threads ?? 0,
      context: model.context ?? 0,
      slots: model.slots,
      sizeBytes: model.size_bytes ?? 0,
    };
  }

  /** Ends the server and everything it started, and removes its folder. With false what it did not end itself stays. */
  async stop(killGroup = true): Promise<void> {
    this.#target?.close();
    if (!this.#hasEnded && this.#child.pid !== undefined) {
      const ended = once(this.#child, "exit");
      this.#child.kill("SIGTERM");
      await Promise.race([ended, pause(stopMs, undefined, { ref: false })]);
    }
    if (killGroup) this.#killGroup();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  /** A models folder that is named must be there. */
  #emptyFolder(): string {
    const folder = join(this.#folder, "models");
    mkdirSync(folder);
    return folder;
  }

  get #runtimeDir(): string {
    return join(this.#folder, "run");
  }

  get #hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  #throwIfEnded(): void {
    if (this.#child.pid !== undefined && !this.#hasEnded) return;
    throw new Error(`The server ended while it started. It said:\n${this.#said}`);
  }

  /** For what did not end when asked; usually there is nothing left to kill. */
  #killGroup(): void {
    try {
      if (this.#child.pid !== undefined) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // the group is gone
    }
  }
}
