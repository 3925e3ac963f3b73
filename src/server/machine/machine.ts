/**
 * The machine as `GET /system/info` shows it: processor, memory, graphics adapters, disk, operating system.
 *
 * Measured in the background, so that asking costs nothing.
 */
import { Worker } from "node:worker_threads";
import type { Log } from "../log.js";
import { firstSample, type MachineSample } from "./machine-sample.js";
import type { Finding } from "./probes.js";
import type { Report } from "./sampling.js";

export interface Machine {
  /** The latest measurement, at once. Before the first one is in: what Node knows by itself, no adapters, no disk. */
  sample(): MachineSample;
  /** Ends the measuring; the last sample stays readable. */
  close(): void;
}

export interface MachineOptions {
  /** The folder whose disk is watched. It need not exist yet. */
  readonly modelsDir: string;
  /** Milliseconds between two measurements, at least 100. Default 5000. */
  readonly intervalMs?: number;
  readonly log: Log;
}

/** Begins measuring. Nothing here keeps the process alive; a measurement that fails leaves the last value. */
export function createMachine({ modelsDir, intervalMs = 5000, log }: MachineOptions): Machine {
  let latest = firstSample();
  const worker = startThread({ modelsDir, intervalMs: Math.max(100, intervalMs) });
  worker.on("message", (report: Report) => {
    if (report.kind === "finding") latest = withFinding(latest, report.finding);
    else log.warn(`The ${report.probe} could not be measured; the last value stays.`, { reason: report.reason });
  });
  worker.on("error", (error) => log.warn("The machine is not measured any more; the last values stay.", { error }));
  worker.unref();
  return {
    sample: () => latest,
    close: () => void worker.terminate(),
  };
}

/** `sample` with what a probe found in place of what stood there. */
export function withFinding(sample: MachineSample, finding: Finding): MachineSample {
  return { ...sample, ...finding, cpu: { ...sample.cpu, ...finding.cpu }, sampled_at: new Date().toISOString() };
}

function startThread(workerData: { modelsDir: string; intervalMs: number }): Worker {
  if (!import.meta.url.endsWith(".ts"))
    return new Worker(new URL("./sampling-thread.js", import.meta.url), { workerData });
  // run from source: a thread does not inherit the loader that reads TypeScript
  const entry = JSON.stringify(new URL("./sampling-thread.ts", import.meta.url));
  return new Worker(`import("tsx/esm/api").then(({ register }) => { register(); return import(${entry}); })`, {
    eval: true,
    workerData,
  });
}
