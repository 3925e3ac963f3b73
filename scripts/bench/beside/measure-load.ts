import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { spread } from "../round-ratios.js";
import type { LoadNumbers, LoadRow } from "./beside-report.js";
import { BesideServer, type BesideSettings } from "./beside-server.js";

interface LoadSample {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly engineCpuMs: number;
}

/** Starts each server with that file, in turns, and ends it when its model is ready. The file has been read before. */
export async function measureLoad(
  path: string,
  program: string,
  rounds: number,
  signal: AbortSignal,
): Promise<LoadRow> {
  const model = { id: basename(path, ".gguf"), modelsDir: dirname(path), path };
  const settings = { model, program, threads: 1, slots: 1, context: 512 };
  const [ours, theirs]: [LoadSample[], LoadSample[]] = [[], []];
  // reads the file into memory, so that no one has to wait for the disk
  await loadOnce({ ...settings, maker: "theirs" }, signal);
  for (let round = 0; round < rounds; round++) {
    ours.push(await loadOnce({ ...settings, maker: "ours" }, signal));
    theirs.push(await loadOnce({ ...settings, maker: "theirs" }, signal));
  }
  const numbers = (value: (key: "wallMs" | "cpuMs") => readonly number[]): LoadNumbers => ({
    wallMs: spread(value("wallMs")),
    cpuMs: spread(value("cpuMs")),
  });
  return {
    file: basename(path),
    sizeBytes: statSync(path).size,
    ours: numbers((key) => ours.map((sample) => sample[key])),
    engineCpuMs: spread(ours.map(({ engineCpuMs }) => engineCpuMs)),
    theirs: numbers((key) => theirs.map((sample) => sample[key])),
    ratio: numbers((key) => ours.map((sample, round) => sample[key] / (theirs[round]?.[key] ?? Number.NaN))),
  };
}

async function loadOnce(settings: BesideSettings, signal: AbortSignal): Promise<LoadSample> {
  const startedAt = performance.now();
  const server = await BesideServer.start(settings, signal);
  try {
    const wallMs = performance.now() - startedAt;
    return { wallMs, cpuMs: server.cpuMs(), engineCpuMs: await server.engineCpuMs() };
  } finally {
    await server.stop();
  }
}
