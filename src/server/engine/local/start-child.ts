/** Starts the program of an engine process. Its file is named here only: `llama/` is never imported. */
import { type ChildProcess, fork } from "node:child_process";
import { writeFile } from "node:fs";
import { createInterface } from "node:readline";
import { messageOf } from "../../async/message-of.js";
import type { Log } from "../../log.js";
import { environment } from "../../settings/read-settings.js";
import { boundProgram } from "../../state/bound-program.js";
import { programFile } from "../../state/program-file.js";
import type { FromEngine } from "./messages.js";
import type { Exit, ProcessLink } from "./process-link.js";
import { processorTime } from "./processor-time.js";

/** What native code and the dynamic linker need; secrets stay in the server. */
const inherited =
  /^(PATH|HOME|USER|TMPDIR|LANG|LC_\w+|TZ|LD_\w+|DYLD_\w+|CUDA_\w+|NVIDIA_\w+|HIP_\w+|ROCR_\w+|VK_\w+|GGML_\w+|XDG_CACHE_HOME|NODE_V8_COVERAGE)$/;

/** Lines of native output kept to explain a death. */
const keptLines = 5;

/** A child and how it ended: both from the same step, so that no error of it is without a listener. */
interface Started {
  /** Undefined where the system refused even to try. */
  readonly child: ChildProcess | undefined;
  readonly exited: Promise<Exit>;
  /** The last lines it printed. */
  readonly output: string[];
}

/** A process that was started before it is known what it will load. */
let spare: Started | undefined;

/**
 * Starts an engine process ahead of the first `startChild`, so that it reads its libraries while the server reads its
 * own. Keeps this process from ending no more than it did before; unused, it ends with it.
 */
export function prepareEngine(): void {
  if (spare !== undefined) return;
  spare = forkProcess();
  for (const handle of handlesOf(spare.child)) handle.unref();
}

/** Forks `llama/engine-main`, from source when this file runs from source; takes the prepared process if there is one. */
export function startChild(log: Log): ProcessLink {
  const prepared = spare;
  spare = undefined;
  const started = isWell(prepared?.child) && prepared !== undefined ? prepared : forkProcess();
  const { child, exited, output } = started;
  for (const handle of handlesOf(child)) handle.ref();
  collectOutput(child, output, log);
  return {
    pid: child?.pid,
    exited,
    send: (message) => {
      // a failed send means the process is gone: its exit tells everyone
      if (child?.connected) child.send(message, () => {});
    },
    listen: (receive) => {
      child?.removeAllListeners("message").on("message", (message) => receive(message as FromEngine));
    },
    processorTime: () => (child?.pid === undefined ? null : processorTime(child.pid)),
    kill: () => child?.kill("SIGKILL"),
  };
}

function isWell(child: ChildProcess | undefined): boolean {
  return child !== undefined && child.exitCode === null && child.signalCode === null && child.connected;
}

interface Handle {
  ref(): unknown;
  unref(): unknown;
}

/** What of a child keeps this process alive. A process that could not be started has none of it. */
function handlesOf(child: ChildProcess | undefined): Handle[] {
  if (child === undefined) return [];
  const { channel, stdout, stderr } = child as unknown as Record<string, Handle | null | undefined>;
  return [child, channel, stdout, stderr].filter((handle) => handle !== null && handle !== undefined) as Handle[];
}

/** The environment of an engine process. */
export function engineEnvironment(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const env: Record<string, string> = {
    // one worker thread: with more, decoding hops between threads and one stream loses a third of its speed
    UV_THREADPOOL_SIZE: "1",
  };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined && inherited.test(name)) env[name] = value;
  }
  return env;
}

function forkProcess(): Started {
  const { path, execArgv } = programFile(import.meta.url, "../../llama/engine-main");
  const output: string[] = [];
  let child: ChildProcess;
  try {
    child = fork(path, [], {
      ...boundProgram(execArgv),
      env: engineEnvironment(environment),
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "json",
    });
  } catch (error) {
    // most refusals of the system come as an event, some (no memory) are thrown
    return { child: undefined, exited: Promise.resolve(neverRan(error)), output };
  }
  const exited = new Promise<Exit>((resolve) => {
    child.on("error", (error) => {
      // an error of a process that runs (a kill, a send) is no end
      if (child.pid === undefined) resolve(neverRan(error));
    });
    child.once("exit", (code, signal) => resolve({ how: describeExit(code, signal, output), neverRan: false }));
  });
  if (child.pid !== undefined) preferToKill(child.pid);
  return { child, exited, output };
}

const neverRan = (error: unknown): Exit => ({ how: `it could not be started: ${messageOf(error)}`, neverRan: true });

/** When memory runs out, Linux ends an engine, which comes back, before the server. */
function preferToKill(pid: number): void {
  if (process.platform !== "linux") return;
  // it may be gone already, or the kernel may not allow it: then it is as likely to be ended as any other process
  writeFile(`/proc/${pid}/oom_score_adj`, "500", () => {});
}

/** What native code prints goes to the log; the last lines are kept to explain a death. */
function collectOutput(child: ChildProcess | undefined, lines: string[], log: Log): void {
  for (const stream of [child?.stdout, child?.stderr]) {
    if (stream === null || stream === undefined) continue;
    createInterface({ input: stream }).on("line", (line) => {
      log.debug(line, { from: "engine output" });
      if (line.trim() === "") return;
      lines.push(line.slice(0, 300));
      if (lines.length > keptLines) lines.shift();
    });
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null, output: readonly string[]): string {
  const how = signal === null ? `it exited with code ${code}` : `it was ended by ${signal}`;
  const telling = output.find((line) => /assert|abort|error|failed/i.test(line)) ?? output.at(-1);
  return telling === undefined ? how : `${how} (${telling.trim()})`;
}
