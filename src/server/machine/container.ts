/**
 * What this process may have of the machine: a container (Docker, Kubernetes, systemd) is often allowed less than there is.
 *
 * The one reader of control groups, versions 1 and 2. Built-ins only: settings, engine processes and the doctor ask it too.
 */
import { readFileSync } from "node:fs";
import { freemem, totalmem } from "node:os";
import { posix } from "node:path";

/** What is asked of the system; a test gives recorded files. */
export interface ContainerFacts {
  /** Text of a file; throws when there is none. */
  readonly read: (path: string) => string;
  readonly totalBytes: number;
  /** What the system itself could give: free, and what it would take back from its caches. */
  readonly availableBytes: number;
  /** Default: `availableBytes`. */
  readonly reclaimableBytes?: number;
}

const bytesPerKibibyte = 1024;
/** Version 1 says "no limit" by the largest multiple of a page that fits into 63 bits. */
const noLimitBytes = 2 ** 62;

/** Bytes this process and its children may have together: the machine's, or less where a control group says so. */
export function memoryLimitBytes(facts: ContainerFacts = thisMachine()): number {
  return Math.min(facts.totalBytes, ...memoryGroups(facts).map(({ limitBytes }) => limitBytes));
}

/** Bytes this process and its children could still take now, file caches that would make room counted as free. */
export function availableMemoryBytes(facts: ContainerFacts = thisMachine()): number {
  const rests = memoryGroups(facts).map(({ limitBytes, usedBytes }) => Math.max(0, limitBytes - usedBytes));
  return Math.min(facts.availableBytes, ...rests);
}

/**
 * Bytes that could be taken if every file cache made room, those that are in use too: the weights of models lie in such
 * caches. More than this ends in a kill.
 */
export function reclaimableMemoryBytes(facts: ContainerFacts = thisMachine()): number {
  const rests = memoryGroups(facts).map(({ limitBytes, usedBytes, activeFileBytes }) =>
    Math.max(0, limitBytes - Math.max(0, usedBytes - activeFileBytes)),
  );
  return Math.min(facts.reclaimableBytes ?? facts.availableBytes, ...rests);
}

/** Processors this process may keep busy, as a quota of time: 1.5 is one and a half. Infinity where there is none. */
export function cpuQuota(facts: Pick<ContainerFacts, "read"> = thisMachine()): number {
  const shares = [
    ...groupFolders(facts, "").map((folder) => quotaOf(read(facts, `${folder}/cpu.max`)?.split(" ") ?? [])),
    ...groupFolders(facts, "cpu").map((folder) =>
      quotaOf([read(facts, `${folder}/cpu.cfs_quota_us`) ?? "", read(facts, `${folder}/cpu.cfs_period_us`) ?? ""]),
    ),
  ];
  return Math.min(Number.POSITIVE_INFINITY, ...shares);
}

/** Threads that can run at once here: those the processors give, no more than the quota lets run, at least 1. */
export function usableThreads(parallelism: number, quota: number = cpuQuota()): number {
  return Math.max(1, Math.min(parallelism, Math.floor(quota)));
}

function thisMachine(): ContainerFacts {
  const file = (path: string): string => readFileSync(path, "utf8");
  const [totalBytes, availableBytes] = [totalmem(), systemAvailable(file)];
  // macOS tells what lies idle, which is next to nothing: it keeps caches everywhere
  const reclaimableBytes = process.platform === "darwin" ? totalBytes : availableBytes;
  return { read: file, totalBytes, availableBytes, reclaimableBytes };
}

/** "MemAvailable" where the kernel tells it: what is free alone would leave out the caches. */
function systemAvailable(file: (path: string) => string): number {
  // macOS counts only pages that hold nothing as free, a few hundred MB on a machine that does well: half of it can be had
  if (process.platform === "darwin") return Math.max(freemem(), totalmem() / 2);
  if (process.platform !== "linux") return process.availableMemory?.() ?? freemem();
  const kibibytes = /^MemAvailable:\s+(\d+) kB/m.exec(read({ read: file }, "/proc/meminfo") ?? "")?.[1];
  return kibibytes === undefined ? freemem() : Number(kibibytes) * bytesPerKibibyte;
}

interface MemoryGroup {
  readonly limitBytes: number;
  /** Without the file caches that lie idle. */
  readonly usedBytes: number;
  /** File caches among them that were read more than once. */
  readonly activeFileBytes: number;
}

/** The groups with a limit that this process is in, its own and those above. */
function memoryGroups(facts: Pick<ContainerFacts, "read">): MemoryGroup[] {
  const second = groupFolders(facts, "").map((folder) =>
    groupOf(facts, `${folder}/memory.max`, `${folder}/memory.current`, `${folder}/memory.stat`, ""),
  );
  const first = groupFolders(facts, "memory").map((folder) =>
    groupOf(
      facts,
      `${folder}/memory.limit_in_bytes`,
      `${folder}/memory.usage_in_bytes`,
      `${folder}/memory.stat`,
      "total_",
    ),
  );
  return [...second, ...first].filter((group) => group !== undefined);
}

function groupOf(
  facts: Pick<ContainerFacts, "read">,
  limitFile: string,
  usageFile: string,
  statFile: string,
  statPrefix: string,
): MemoryGroup | undefined {
  const limitBytes = wholeNumber(read(facts, limitFile));
  // 0 is what a group says that limits nothing in some sandboxes: nothing could run in it
  if (limitBytes === undefined || limitBytes === 0 || limitBytes >= noLimitBytes) return undefined;
  const usage = wholeNumber(read(facts, usageFile)) ?? 0;
  const stat = read(facts, statFile) ?? "";
  const statOf = (field: string): number =>
    Number(new RegExp(`^${statPrefix}${field} (\\d+)$`, "m").exec(stat)?.[1] ?? 0);
  const usedBytes = Math.max(0, usage - statOf("inactive_file"));
  return { limitBytes, usedBytes, activeFileBytes: statOf("active_file") };
}

/**
 * Where the files of a controller lie for this process: its group and every group above it. "" is version 2.
 *
 * In a container the path of /proc/self/cgroup may be the host's, which cannot be seen: the root of the mount is looked at
 * in any case.
 */
function groupFolders(facts: Pick<ContainerFacts, "read">, controller: string): string[] {
  const mount = controller === "" ? "/sys/fs/cgroup" : `/sys/fs/cgroup/${controller}`;
  const line = (read(facts, "/proc/self/cgroup") ?? "")
    .split("\n")
    .map((text) => /^\d+:([^:]*):(\/.*)$/.exec(text))
    .find((found) => (controller === "" ? found?.[1] === "" : found?.[1]?.split(",").includes(controller)));
  const folders = [mount];
  for (let path = posix.normalize(line?.[2] ?? "/"); path !== "/" && path !== "."; path = posix.dirname(path)) {
    folders.push(`${mount}${path.replace(/\/$/, "")}`);
  }
  return folders;
}

function quotaOf([quota = "", period = ""]: readonly string[]): number {
  const [quotaUs, periodUs] = [wholeNumber(quota), wholeNumber(period)];
  // "max" in version 2, -1 in version 1
  return quotaUs === undefined || quotaUs === 0 || !periodUs ? Number.POSITIVE_INFINITY : quotaUs / periodUs;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}

function read(facts: Pick<ContainerFacts, "read">, path: string): string | undefined {
  try {
    return facts.read(path);
  } catch {
    // another version, another system, or hidden
    return undefined;
  }
}
