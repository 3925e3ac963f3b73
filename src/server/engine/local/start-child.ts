/** Starts the program of an engine process. Only here is its file named: `llama/` is never imported. */
import { type ChildProcess, fork } from "node:child_process";
import { environment } from "../../settings/read-settings.js";
import { programFile } from "../../state/program-file.js";

/** What native code and the dynamic linker need; secrets stay in the server. */
const inherited =
  /^(PATH|HOME|USER|TMPDIR|LANG|LC_\w+|TZ|LD_\w+|DYLD_\w+|CUDA_\w+|NVIDIA_\w+|HIP_\w+|ROCR_\w+|VK_\w+|GGML_\w+|XDG_CACHE_HOME|NODE_V8_COVERAGE)$/;

/** A process that was started before anybody knew what it will load. */
let spare: ChildProcess | undefined;

/**
 * Starts an engine process ahead of the first `forkEngine`, so that it reads its libraries while the server reads its
 * own. Keeps this process from ending no more than it did before; unused, it ends with it.
 */
export function prepareEngine(): void {
  if (spare !== undefined) return;
  spare = startProcess();
  for (const handle of handlesOf(spare)) handle.unref();
}

/** Forks `llama/engine-main`, from source when this file runs from source; takes the prepared process if there is one. */
export function forkEngine(): ChildProcess {
  const prepared = spare;
  spare = undefined;
  if (prepared === undefined || prepared.exitCode !== null || !prepared.connected) return startProcess();
  for (const handle of handlesOf(prepared)) handle.ref();
  return prepared;
}

interface Handle {
  ref(): unknown;
  unref(): unknown;
}

/** What of a child keeps this process alive. */
function handlesOf(child: ChildProcess): Handle[] {
  const { channel, stdout, stderr } = child as unknown as Record<string, Handle | null>;
  return [child, channel, stdout, stderr].filter((handle) => handle !== null && handle !== undefined);
}

function startProcess(): ChildProcess {
  const { path, execArgv } = programFile(import.meta.url, "../../llama/engine-main");
  const env: Record<string, string> = {
    // one worker thread: with more, decoding hops between threads and one stream loses a third of its speed
    UV_THREADPOOL_SIZE: "1",
  };
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && inherited.test(name)) env[name] = value;
  }
  return fork(path, [], {
    env,
    execArgv,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    serialization: "json",
  });
}
