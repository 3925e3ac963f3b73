/** `locallab` as a process of its own, in a runtime folder of the test's; ended by force when the test is over. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programFile } from "../../src/server/state/program-file.js";
import { type LabState, readState } from "../../src/server/state/state-file.js";
import { sampleCacheDir } from "./test-settings.js";

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface StartedCommand {
  readonly child: ChildProcess;
  readonly outcome: Promise<Outcome>;
}

const { path, execArgv } = programFile(import.meta.url, "../../src/server/main");

export class CommandLine {
  readonly runtimeDir: string = mkdtempSync(join(tmpdir(), "locallab-cli-"));
  readonly #children: ChildProcess[] = [];

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): StartedCommand {
    const child = this.#spawn(process.execPath, [...execArgv, path, ...args], env);
    let [out, err] = ["", ""];
    child.stdout?.on("data", (chunk) => {
      out += chunk;
    });
    child.stderr?.on("data", (chunk) => {
      err += chunk;
    });
    return { child, outcome: once(child, "close").then(() => ({ code: child.exitCode, out, err })) };
  }

  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Outcome> {
    return this.start(args, env).outcome;
  }

  /** In a shell that does with its output what `redirection` says. */
  startInShell(redirection: string, args: readonly string[]): ChildProcess {
    const words = [process.execPath, ...execArgv, path, ...args].map((word) => `'${word}'`);
    return this.#spawn("bash", ["-c", `(exec ${words.join(" ")}) ${redirection}`], {}, "ignore");
  }

  /** In a session of its own, as a notebook starts it. */
  startDetached(args: readonly string[]): ChildProcess {
    return this.#spawn(process.execPath, [...execArgv, path, ...args], {}, "ignore");
  }

  /** The state of the lab of this name, once it listens. */
  async listening(name = "default"): Promise<LabState> {
    for (;;) {
      const state = readState(this.runtimeDir, name);
      if (state !== null) return state;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends what was started, what it has started in the same session included. */
  async end(): Promise<void> {
    for (const child of this.#children) {
      const isOver = child.exitCode !== null || child.signalCode !== null;
      if (child.stdin === null) endGroup(child.pid as number);
      else if (!isOver) child.kill("SIGKILL");
      if (!isOver) await once(child, "exit");
    }
    rmSync(this.runtimeDir, { recursive: true, force: true });
  }

  #spawn(
    program: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    stdio: "pipe" | "ignore" = "pipe",
  ): ChildProcess {
    const folders = {
      LOCALLAB_RUNTIME_DIR: this.runtimeDir,
      LOCALLAB_CACHE_DIR: sampleCacheDir,
      LOCALLAB_GPU: "off",
    };
    const child = spawn(program, args, {
      env: { ...process.env, ...folders, ...env },
      stdio,
      detached: stdio === "ignore",
    });
    this.#children.push(child);
    return child;
  }
}

/** Also a stopped process of it. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // all of it has ended
  }
}
