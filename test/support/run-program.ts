/** Runs another program to its end and gives back what it printed. */
import { type ChildProcess, spawn } from "node:child_process";
import { descendantsOf } from "./left-behind.js";

export interface ProgramResult {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  /** Added to this process' environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The program and all it started are killed after this time. Default 20000. */
  readonly timeoutMs?: number;
}

/** Milliseconds after the program's own end for what its pipes still hold: a process it left behind may keep them open. */
const drainMs = 2000;

/** Runs `command` without stdin. Never rejects because of an exit code, and never outlives its limit. */
export function runProgram(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 20_000 }: ProgramOptions = {},
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // a process group of its own: it can be killed as a whole
      detached: true,
    });
    // a run that is broken off takes it along, as it would without the group
    const killWithRun = (): void => killWhole(child);
    process.once("exit", killWithRun);
    // not spawn's own timeout: its timer runs on when the program does not exist
    const timer = setTimeout(() => killWhole(child), timeoutMs);
    let drained: NodeJS.Timeout | undefined;
    const settle = (): void => {
      clearTimeout(timer);
      clearTimeout(drained);
      process.off("exit", killWithRun);
    };
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("exit", () => {
      drained = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, drainMs);
    });
    child.once("close", (code) => {
      settle();
      resolve({ code, stdout, stderr });
    });
  });
}

/** The program, its group, and what it started in groups of their own, as Jupyter starts kernels. */
function killWhole({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  for (const target of [...descendantsOf(pid), -pid]) {
    try {
      process.kill(target, "SIGKILL");
    } catch {
      // ended in the meantime
    }
  }
}
