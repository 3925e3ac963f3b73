/** What is known about the machine at one moment, and what can be known without a measurement. */
import { arch, availableParallelism, cpus, hostname, loadavg, platform, release, type } from "node:os";
import type { Amount, SystemInfo } from "../wire/system.js";
import { availableMemoryBytes, memoryLimitBytes } from "./container.js";

/** The part of `GET /system/info` that does not depend on this server. */
export type MachineSample = Pick<SystemInfo, "os" | "cpu" | "memory" | "gpus" | "disk" | "sampled_at">;

/** A share in percent, 0 to 100 with two decimals; 0 when the whole is 0 or either number is unknown. */
export function percentOf(part: number, whole: number): number {
  const percent = (part / whole) * 100;
  if (!Number.isFinite(percent)) return 0;
  return Math.round(Math.min(100, Math.max(0, percent)) * 100) / 100;
}

/** Bytes in total, free and used, kept within each other's bounds. */
export function amountOf(totalBytes: number, freeBytes: number): Amount {
  const total = wholeBytes(totalBytes);
  const free = Math.min(total, wholeBytes(freeBytes));
  return { total_bytes: total, free_bytes: free, used_bytes: total - free, percent: percentOf(total - free, total) };
}

/** What Node knows at once: load is the last minute's average, adapters and disk are not known yet. */
export function firstSample(): MachineSample {
  const cores = cpus();
  return {
    os: { platform: platform(), distro: type(), release: release(), arch: arch(), hostname: hostname() },
    cpu: {
      brand: cores[0]?.model.trim() ?? arch(),
      physical_cores: availableParallelism(),
      cores: availableParallelism(),
      percent: percentOf(loadavg()[0] ?? 0, cores.length),
    },
    memory: amountOf(memoryLimitBytes(), availableMemoryBytes()),
    gpus: [],
    disk: null,
    sampled_at: new Date().toISOString(),
  };
}

function wholeBytes(bytes: number): number {
  return Number.isFinite(bytes) && bytes > 0 ? Math.floor(bytes) : 0;
}

/** Bytes that the graphics adapters have in all; null where there is none that tells. */
export function gpuBytes({ gpus }: Pick<MachineSample, "gpus">): number | null {
  const bytes = gpus.reduce((sum, { memory_bytes }) => sum + (memory_bytes ?? 0), 0);
  return bytes > 0 ? bytes : null;
}
