/**
 * `npm run bench:load -- MODEL.gguf … [--against LLAMA_SERVER]`: processor time and memory of loading each model, in an
 * engine process and in a llama-server with as many slots and as much context. Linux only. Needs the build.
 */
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { basename } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { FromEngine } from "../../src/server/engine/local/messages.js";
import { ensureBuild } from "../bench/ensure-build.js";
import { formatTable } from "../bench/format-table.js";
import { type ProcessCost, processCost } from "./process-cost.js";

const [slots, context] = [4, 1024];
const engineFile = fileURLToPath(new URL("../../dist/server/llama/engine-main.js", import.meta.url));

async function costOfEngine(modelPath: string): Promise<ProcessCost> {
  const child = fork(engineFile, [], {
    env: { ...process.env, UV_THREADPOOL_SIZE: "1" },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  return await costOf(child, async () => {
    const options = { modelPath, context, slots, gpu: "off", threads: 1, prefillChunk: "auto" };
    child.send({ type: "load", options });
    for (;;) {
      const [message] = (await once(child, "message")) as [FromEngine];
      if (message.type === "loaded") return;
      if (message.type === "load-failed") throw new Error(message.reason);
    }
  });
}

async function costOfLlamaServer(program: string, modelPath: string): Promise<ProcessCost> {
  const port = await freePort();
  const numbers = ["-t", 1, "-c", slots * context, "-np", slots, "--port", port].map(String);
  const child = spawn(program, ["-m", modelPath, "--host", "127.0.0.1", ...numbers], { stdio: "ignore" });
  return await costOf(child, async () => {
    const isReady = (): Promise<boolean> =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    while (!(await isReady())) {
      if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}.`);
      await pause(20);
    }
  });
}

/** What the process has cost once it is ready; it has ended then. */
async function costOf(child: ChildProcess, ready: () => Promise<void>): Promise<ProcessCost> {
  // without a listener a program that does not start would end this one
  child.on("error", (error) => console.error(error.message));
  try {
    await ready();
    return processCost(child.pid as number);
  } finally {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const text = ({ cpuSeconds, ownBytes }: ProcessCost): string[] => [
  cpuSeconds.toFixed(2),
  (ownBytes / 2 ** 20).toFixed(0),
];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { against: { type: "string" } } });
if (positionals.length === 0) {
  console.error("Usage: npm run bench:load -- MODEL.gguf … [--against LLAMA_SERVER]");
  process.exitCode = 2;
} else {
  await ensureBuild(new AbortController().signal);
  const rows: string[][] = [["model", "engine s", "MiB", "llama-server s", "MiB", "ratio of s"]];
  for (const path of positionals) {
    const ours = await costOfEngine(path);
    const theirs = values.against === undefined ? undefined : await costOfLlamaServer(values.against, path);
    const ratio = theirs === undefined ? "" : (ours.cpuSeconds / theirs.cpuSeconds).toFixed(2);
    rows.push([basename(path, ".gguf"), ...text(ours), ...(theirs === undefined ? ["", ""] : text(theirs)), ratio]);
  }
  console.log(formatTable(rows, 1));
}
