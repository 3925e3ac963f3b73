/** The questions asked of the machine. The only file that names systeminformation, loaded when first needed. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve, sep } from "node:path";
import type { Systeminformation } from "systeminformation";
import type { Amount } from "../wire/system.js";
import { availableMemoryBytes, memoryLimitBytes } from "./container.js";
import { amountOf, type MachineSample, percentOf } from "./machine-sample.js";

/** Part of a sample: whatever one probe found out. */
export type Finding = Partial<Omit<MachineSample, "cpu">> & { cpu?: Partial<MachineSample["cpu"]> };

export interface Probe {
  readonly name: string;
  /** Asked in every n-th round; 0 asks until it has answered once. */
  readonly everyRounds: number;
  readonly ask: () => Promise<Finding>;
}

/** systeminformation reports the memory of graphics adapters in mebibytes (IEC 80000-13). */
const bytesPerMebibyte = 1_048_576;

/** What is asked, how often: load and memory each round, disk and adapters every sixth, the rest once. */
export function machineProbes(modelsDir: string): readonly Probe[] {
  return [
    { name: "cpu load", everyRounds: 1, ask: cpuLoad },
    { name: "memory", everyRounds: 1, ask: memory },
    { name: "disk", everyRounds: 6, ask: () => disk(modelsDir) },
    { name: "graphics adapters", everyRounds: 6, ask: graphicsAdapters },
    { name: "processor", everyRounds: 0, ask: processor },
    { name: "operating system", everyRounds: 0, ask: operatingSystem },
  ];
}

/** The mount that holds `folder`, which may not exist yet: the longest mount point above its real place. */
export function mountOf<Mount extends { readonly mount: string }>(
  folder: string,
  mounts: readonly Mount[],
): Mount | undefined {
  const holds = (mount: string): boolean =>
    folder === mount || folder.startsWith(mount.endsWith(sep) ? mount : mount + sep);
  return mounts
    .filter(({ mount }) => holds(mount))
    .sort((left, right) => right.mount.length - left.mount.length)
    .at(0);
}

/**
 * Memory as the wire wants it: what this process may have of it. What caches hold counts as free, for it is given back
 * when it is asked for.
 */
export function memoryOf(
  { total, available }: Pick<Systeminformation.MemData, "total" | "available">,
  limitBytes: number = memoryLimitBytes(),
  restBytes: number = availableMemoryBytes(),
): Amount {
  return amountOf(Math.min(total, limitBytes), Math.min(available, restBytes));
}

/** A mount as the wire wants it. What the system reserves is neither used nor free, so the percentage leaves it out, as `df` does. */
export function diskOf(found: Systeminformation.FsSizeData): NonNullable<MachineSample["disk"]> {
  const { total_bytes, free_bytes } = amountOf(found.size, found.available);
  const used_bytes = amountOf(found.size, found.used).free_bytes;
  return {
    mount: found.mount,
    total_bytes,
    free_bytes,
    used_bytes,
    percent: percentOf(used_bytes, used_bytes + free_bytes),
  };
}

/** One adapter as the wire wants it; what the driver does not tell is null. */
export function adapterOf(found: Systeminformation.GraphicsControllerData): MachineSample["gpus"][number] {
  const bytes = (mebibytes: number | null | undefined): number | null =>
    mebibytes != null && Number.isFinite(mebibytes) && mebibytes >= 0 ? mebibytes * bytesPerMebibyte : null;
  const load = found.utilizationGpu;
  return {
    name: found.name || found.model || "unknown",
    vendor: found.vendor || "unknown",
    memory_bytes: bytes(found.memoryTotal ?? (found.vram || null)),
    memory_used_bytes: bytes(found.memoryUsed),
    percent: load != null && Number.isFinite(load) ? percentOf(load, 100) : null,
  };
}

const library = async (): Promise<typeof import("systeminformation")> => (await import("systeminformation")).default;

async function cpuLoad(): Promise<Finding> {
  const { currentLoad } = await (await library()).currentLoad();
  return { cpu: { percent: percentOf(currentLoad, 100) } };
}

async function memory(): Promise<Finding> {
  return { memory: memoryOf(await (await library()).mem()) };
}

async function disk(modelsDir: string): Promise<Finding> {
  const found = mountOf(realPlaceOf(modelsDir), await (await library()).fsSize());
  return { disk: found === undefined ? null : diskOf(found) };
}

async function graphicsAdapters(): Promise<Finding> {
  const { controllers } = await (await library()).graphics();
  return { gpus: controllers.map(adapterOf) };
}

async function processor(): Promise<Finding> {
  const { manufacturer, brand, physicalCores, cores } = await (await library()).cpu();
  return { cpu: { brand: `${manufacturer} ${brand}`.trim(), physical_cores: physicalCores, cores } };
}

async function operatingSystem(): Promise<Finding> {
  const { platform, distro, release, arch, hostname } = await (await library()).osInfo();
  return { os: { platform, distro, release, arch, hostname } };
}

function realPlaceOf(folder: string): string {
  let place = resolve(folder);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return realpathSync(place);
}
