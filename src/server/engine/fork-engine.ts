/** Starts the program of an engine process. Only here is its file named: `llama/` is never imported. */
import { type ChildProcess, fork } from "node:child_process";
import { environment } from "../settings.js";
import { programFile } from "../state/program-file.js";

/** What native code and the dynamic linker need; secrets stay in the server. */
const inherited =
  /^(PATH|HOME|USER|TMPDIR|LANG|LC_\w+|TZ|LD_\w+|DYLD_\w+|CUDA_\w+|NVIDIA_\w+|HIP_\w+|ROCR_\w+|VK_\w+|GGML_\w+|XDG_CACHE_HOME|NODE_V8_COVERAGE)$/;

/** Forks `llama/engine-main`, from source when this file runs from source. */
export function forkEngine(): ChildProcess {
  const { path, execArgv } = programFile(import.meta.url, "../llama/engine-main");
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
