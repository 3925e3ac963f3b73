import { availableParallelism, totalmem } from "node:os";
import { expect } from "chai";
import {
  availableMemoryBytes,
  type ContainerFacts,
  cpuQuota,
  memoryLimitBytes,
  reclaimableMemoryBytes,
  usableThreads,
} from "../../../src/server/machine/container.js";

const mebibyte = 1_048_576;
const machine = { totalBytes: 16_384 * mebibyte, availableBytes: 9000 * mebibyte };

/** The files as they were read inside such containers; every other path does not exist. */
const recorded: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "no container": { "/proc/self/cgroup": "0::/user.slice/user-1000.slice/session-2.scope\n" },
  "Docker, version 2": {
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/memory.max": "536870912\n",
    "/sys/fs/cgroup/memory.current": "209715200\n",
    "/sys/fs/cgroup/memory.stat": "anon 104857600\nfile 104857600\ninactive_file 52428800\nactive_file 31457280\n",
    "/sys/fs/cgroup/cpu.max": "150000 100000\n",
  },
  "Docker, version 2, no limit": {
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/memory.max": "max\n",
    "/sys/fs/cgroup/memory.current": "209715200\n",
    "/sys/fs/cgroup/cpu.max": "max 100000\n",
  },
  "systemd, version 2, the limit stands above": {
    "/proc/self/cgroup": "0::/system.slice/lab.service/inner\n",
    "/sys/fs/cgroup/system.slice/lab.service/memory.max": "1073741824\n",
    "/sys/fs/cgroup/system.slice/lab.service/memory.current": "1073741824\n",
    "/sys/fs/cgroup/system.slice/lab.service/cpu.max": "50000 100000\n",
    "/sys/fs/cgroup/system.slice/lab.service/inner/memory.max": "max\n",
    "/sys/fs/cgroup/system.slice/lab.service/inner/cpu.max": "max 100000\n",
  },
  "Docker, version 1, the host's paths in view": {
    "/proc/self/cgroup": "9:memory:/docker/abc\n3:cpuacct,cpu:/docker/abc\n1:name=systemd:/docker/abc\n",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": "536870912\n",
    "/sys/fs/cgroup/memory/memory.usage_in_bytes": "209715200\n",
    "/sys/fs/cgroup/memory/memory.stat":
      "cache 104857600\nactive_file 1048576\ntotal_inactive_file 52428800\ntotal_active_file 20971520\n",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "250000\n",
    "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
  },
  "version 1 without limits": {
    "/proc/self/cgroup": "9:memory:/\n3:cpu:/\n",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "/sys/fs/cgroup/memory/memory.usage_in_bytes": "209715200\n",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
    "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
  },
  "version 1, a group of its own": {
    "/proc/self/cgroup": "4:memory:/case/inner\n0::/\n",
    "/sys/fs/cgroup/memory/case/memory.limit_in_bytes": "524288000\n",
    "/sys/fs/cgroup/memory/case/memory.usage_in_bytes": "104857600\n",
    "/sys/fs/cgroup/memory/case/inner/memory.limit_in_bytes": "9223372036854771712\n",
  },
  "a sandbox that says 0": {
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/memory.max": "0\n",
    "/sys/fs/cgroup/cpu.max": "0 100000\n",
  },
  "files that are none": {
    "/proc/self/cgroup": "garbage",
    "/sys/fs/cgroup/memory.max": "lots",
    "/sys/fs/cgroup/cpu.max": "",
  },
};

const table: readonly [
  container: string,
  limitMiB: number,
  availableMiB: number,
  reclaimableMiB: number,
  cpus: number,
][] = [
  ["no container", 16_384, 9000, 9000, Number.POSITIVE_INFINITY],
  ["Docker, version 2", 512, 362, 392, 1.5],
  ["Docker, version 2, no limit", 16_384, 9000, 9000, Number.POSITIVE_INFINITY],
  ["systemd, version 2, the limit stands above", 1024, 0, 0, 0.5],
  ["Docker, version 1, the host's paths in view", 512, 362, 382, 2.5],
  ["version 1 without limits", 16_384, 9000, 9000, Number.POSITIVE_INFINITY],
  ["version 1, a group of its own", 500, 400, 400, Number.POSITIVE_INFINITY],
  ["a sandbox that says 0", 16_384, 9000, 9000, Number.POSITIVE_INFINITY],
  ["files that are none", 16_384, 9000, 9000, Number.POSITIVE_INFINITY],
];

describe("what a container gives", () => {
  for (const [container, limitMiB, availableMiB, reclaimableMiB, cpus] of table) {
    it(`${container}: ${limitMiB} MiB, ${availableMiB} of them available, ${cpus} processors`, () => {
      const files = recorded[container] ?? {};
      const read = (path: string): string => {
        const text = files[path];
        if (text === undefined) throw new Error(`no ${path}`);
        return text;
      };
      const facts: ContainerFacts = { ...machine, read };
      expect(memoryLimitBytes(facts) / mebibyte).to.equal(limitMiB);
      expect(availableMemoryBytes(facts) / mebibyte).to.equal(availableMiB);
      expect(reclaimableMemoryBytes(facts) / mebibyte).to.equal(reclaimableMiB);
      expect(cpuQuota(facts)).to.equal(cpus);
    });
  }

  it("never gives more than the machine has, whatever the group says", () => {
    const files: Record<string, string> = { "/sys/fs/cgroup/memory.max": String(64_000 * mebibyte) };
    const read = (path: string): string => files[path] ?? "";
    expect(memoryLimitBytes({ ...machine, read })).to.equal(machine.totalBytes);
    expect(availableMemoryBytes({ ...machine, read })).to.equal(machine.availableBytes);
  });

  it("gives threads by whole processors, at least one", () => {
    const asked = [0.5, 1.5, 3, Number.POSITIVE_INFINITY].map((quota) => usableThreads(4, quota));
    expect(asked).to.deep.equal([1, 1, 3, 4]);
  });

  it("is asked of the machine that runs the tests", () => {
    expect(memoryLimitBytes()).to.be.within(1, totalmem());
    expect(availableMemoryBytes()).to.be.within(0, memoryLimitBytes());
    expect(reclaimableMemoryBytes()).to.be.within(availableMemoryBytes() / 2, memoryLimitBytes());
    expect(usableThreads(availableParallelism())).to.be.within(1, availableParallelism());
  });
});
