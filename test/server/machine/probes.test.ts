import { expect } from "chai";
import { amountOf, percentOf } from "../../../src/server/machine/machine-sample.js";
import { adapterOf, diskOf, machineProbes, memoryOf, mountOf } from "../../../src/server/machine/probes.js";

const adapter = { model: "H200", vendor: "NVIDIA", bus: "PCI", vram: 143771, vramDynamic: false };
const mounts = [{ mount: "/" }, { mount: "/data" }, { mount: "/data/models" }];

describe("machine probes", () => {
  it("every probe answers on the machine that runs the tests", async () => {
    for (const probe of machineProbes("/")) {
      const finding = await probe.ask();
      expect(Object.keys(finding), probe.name).to.have.lengthOf(1);
    }
  });

  it("shows the memory that is available, caches included, and never more than a container gives", () => {
    const found = { total: 1000, free: 100, available: 700 };
    expect(memoryOf(found, 2000, 2000)).to.include({ total_bytes: 1000, free_bytes: 700, percent: 30 });
    expect(memoryOf(found, 500, 200)).to.include({ total_bytes: 500, free_bytes: 200, percent: 60 });
    // a group that is used up has nothing free although the machine has
    expect(memoryOf(found, 500, 0)).to.include({ free_bytes: 0, percent: 100 });
  });

  it("takes the longest mount point above a folder", () => {
    expect(mountOf("/data/models/llama", mounts)).to.deep.equal({ mount: "/data/models" });
    expect(mountOf("/data/models", mounts)).to.deep.equal({ mount: "/data/models" });
    expect(mountOf("/data/modelsets", mounts)).to.deep.equal({ mount: "/data" });
    expect(mountOf("/home", mounts)).to.deep.equal({ mount: "/" });
    expect(mountOf("/home", [])).to.equal(undefined);
  });

  it("tells an adapter's memory in bytes and its load in percent", () => {
    const found = adapterOf({
      ...adapter,
      name: "NVIDIA H200",
      memoryTotal: 143771,
      memoryUsed: 1024,
      utilizationGpu: 37,
    });
    expect(found).to.deep.equal({
      name: "NVIDIA H200",
      vendor: "NVIDIA",
      memory_bytes: 143771 * 1048576,
      memory_used_bytes: 1073741824,
      percent: 37,
    });
  });

  it("says null for what an adapter's driver does not tell", () => {
    const found = adapterOf({ ...adapter, model: "", vendor: "", vram: 0 });
    const unknown = { name: "unknown", vendor: "unknown", memory_bytes: null, memory_used_bytes: null, percent: null };
    expect(found).to.deep.equal(unknown);
    expect(adapterOf({ ...adapter, utilizationGpu: Number.NaN }).percent).to.equal(null);
  });

  it("leaves out of a disk's percentage what the system reserves", () => {
    const disk = diskOf({
      fs: "x",
      type: "ext4",
      size: 1000,
      used: 200,
      available: 600,
      use: 25,
      mount: "/",
      rw: true,
    });
    expect(disk).to.deep.equal({ mount: "/", total_bytes: 1000, used_bytes: 200, free_bytes: 600, percent: 25 });
  });

  it("keeps percentages finite and between 0 and 100", () => {
    expect(percentOf(1, 3)).to.equal(33.33);
    expect([percentOf(3, 1), percentOf(-1, 1), percentOf(0, 0), percentOf(Number.NaN, 1)]).to.deep.equal([
      100, 0, 0, 0,
    ]);
  });

  it("keeps amounts within each other's bounds", () => {
    expect(amountOf(100, 250)).to.deep.equal({ total_bytes: 100, free_bytes: 100, used_bytes: 0, percent: 0 });
    expect(amountOf(Number.NaN, -1)).to.deep.equal({ total_bytes: 0, free_bytes: 0, used_bytes: 0, percent: 0 });
  });
});
