/** Runs in a thread of its own: some probes wait for a program (nvidia-smi) and would stop every request meanwhile. */
import { parentPort, workerData } from "node:worker_threads";
import { machineProbes } from "./probes.js";
import { startSampling } from "./sampling.js";

const { modelsDir, intervalMs } = workerData as { modelsDir: string; intervalMs: number };
startSampling(machineProbes(modelsDir), intervalMs, (report) => parentPort?.postMessage(report));
