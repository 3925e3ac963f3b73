import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { openBusyThreads } from "../../../src/server/machine/busy-threads.js";
import { temporaryFolder } from "../../support/temp-folder.js";

/** A file of /proc with this text. */
function fileOf(text: string): string {
  const path = join(temporaryFolder(), "file");
  writeFileSync(path, text);
  return path;
}

/** What is read from such files. */
function othersOf(load: string, mounts: string = "proc /proc proc rw 0 0\n"): number | null {
  const busy = openBusyThreads(fileOf(load), fileOf(mounts));
  try {
    return busy.others();
  } finally {
    busy.close();
  }
}

const descriptors = (): number => readdirSync("/proc/self/fd").length;

describe("openBusyThreads", () => {
  for (const [load, others] of [
    ["0.97 1.11 2.03 1/163 4711\n", 0],
    ["0.97 1.11 2.03 4/163 4711\n", 3],
    ["120.97 101.11 92.03 129/16300 4711\n", 128],
    // gVisor
    ["0.00 0.00 0.00 0/0 0\n", null],
    ["", null],
    ["nothing of the kind\n", null],
  ] as const) {
    it(`${JSON.stringify(load)}: ${others}`, function () {
      if (process.platform !== "linux") this.skip();
      expect(othersOf(load)).to.equal(others);
    });
  }

  it("does not believe a container that mixes its own numbers with the machine's", function () {
    if (process.platform !== "linux") this.skip();
    expect(othersOf("0.97 1.11 2.03 4/163 4711\n", "lxcfs /proc/cpuinfo fuse.lxcfs rw 0 0\n")).to.equal(null);
  });

  it("holds one descriptor until it is closed, and knows nothing afterwards", function () {
    if (process.platform !== "linux") this.skip();
    const before = descriptors();
    const busy = openBusyThreads();
    expect(descriptors()).to.equal(before + 1);
    busy.close();
    busy.close();
    expect(descriptors()).to.equal(before);
    expect(busy.others()).to.equal(null);
  });

  it("sees a program that is busy all the time", async function () {
    this.timeout(60_000);
    const busy = openBusyThreads();
    if (busy.others() === null) this.skip();
    let neighbour: ChildProcess | undefined;
    try {
      neighbour = spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
      await once(neighbour, "spawn");
      await pause(500);
      const readings: number[] = [];
      for (let turn = 0; turn < 50; turn++) {
        await pause(5);
        readings.push(busy.others() ?? 0);
      }
      expect(readings.filter((others) => others >= 1).length).to.be.above(40);
    } finally {
      neighbour?.kill("SIGKILL");
      busy.close();
    }
  });
});
