import { mkdirSync } from "node:fs";
import { hostname, totalmem } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Log, LogFields } from "../../../src/server/log.js";
import { createMachine, type Machine, withFinding } from "../../../src/server/machine/machine.js";
import { firstSample, type MachineSample } from "../../../src/server/machine/machine-sample.js";
import { runProgram } from "../../support/run-program.js";
import { temporaryFolder } from "../../support/temp-folder.js";

interface LoggedLine {
  message: string;
  fields: LogFields | undefined;
}

function collectingLog(): Log & { lines: LoggedLine[] } {
  const lines: LoggedLine[] = [];
  const add = (message: string, fields?: LogFields): void => void lines.push({ message, fields });
  return { lines, debug: add, info: add, warn: add, error: add, hide: () => {}, close: () => Promise.resolve() };
}

/** Resolves with the first sample that has what `isThere` looks for. */
async function sampleWith(machine: Machine, isThere: (sample: MachineSample) => boolean): Promise<MachineSample> {
  while (!isThere(machine.sample())) await new Promise((resolve) => setTimeout(resolve, 10));
  return machine.sample();
}

function expectAmount(amount: { total_bytes: number; used_bytes: number; free_bytes: number; percent: number }): void {
  expect(amount.total_bytes).to.be.greaterThan(0);
  expect(amount.used_bytes).to.be.within(0, amount.total_bytes);
  expect(amount.free_bytes).to.be.within(0, amount.total_bytes);
  expect(amount.percent).to.be.within(0, 100);
}

function expectTruth(sample: MachineSample): void {
  expect(sample.os.hostname).to.equal(hostname());
  expect(sample.os).to.have.all.keys("platform", "distro", "release", "arch", "hostname");
  expect(sample.cpu.brand).to.be.a("string").with.length.greaterThan(0);
  expect(sample.cpu.cores).to.be.at.least(sample.cpu.physical_cores);
  expect(sample.cpu.percent).to.be.within(0, 100);
  expect(sample.memory.total_bytes).to.be.closeTo(totalmem(), totalmem() * 0.01);
  expectAmount(sample.memory);
  expect(new Date(sample.sampled_at).toISOString()).to.equal(sample.sampled_at);
}

describe("machine", () => {
  it("answers at once with what Node knows, before anything was measured", () => {
    const folder = temporaryFolder();
    const machine = createMachine({ modelsDir: folder, log: collectingLog() });
    try {
      const sample = machine.sample();
      expectTruth(sample);
      expect(sample.disk).to.equal(null);
      expect(sample.gpus).to.deep.equal([]);
    } finally {
      machine.close();
    }
  });

  it("measures the machine it runs on, and the disk of a models folder that is not there yet", async () => {
    const log = collectingLog();
    const machine = createMachine({ modelsDir: join(temporaryFolder(), "not", "there"), intervalMs: 100, log });
    try {
      const sample = await sampleWith(
        machine,
        ({ disk, os }) => disk !== null && os.distro !== firstSample().os.distro,
      );
      expectTruth(sample);
      if (sample.disk === null) throw new Error("the disk is known");
      expectAmount(sample.disk);
      expect(sample.disk.mount).to.match(/^\//);
      const later = await sampleWith(machine, ({ sampled_at }) => sampled_at > sample.sampled_at);
      expectTruth(later);
      expect(log.lines).to.deep.equal([]);
    } finally {
      machine.close();
    }
  });

  it("keeps the last sample after it was closed", async () => {
    const machine = createMachine({ modelsDir: temporaryFolder(), intervalMs: 100, log: collectingLog() });
    await sampleWith(machine, ({ disk }) => disk !== null);
    machine.close();
    expectTruth(machine.sample());
  });

  it("does not keep a program alive that forgets to close it", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "models"));
    const source = pathToFileURL("src/server/machine/machine.ts").href;
    const program = `
      const { createMachine } = await import("${source}");
      const log = { warn() {} };
      createMachine({ modelsDir: ${JSON.stringify(join(folder, "models"))}, log });
      console.log("created");`;
    const { code, stdout } = await runProgram(process.execPath, [
      "--import",
      "tsx",
      "--input-type=module",
      "-e",
      program,
    ]);
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "created\n" });
  });

  it("leaves the other values as they are when one probe answers", () => {
    const before = firstSample();
    const after = withFinding(before, { cpu: { percent: 12.5 } });
    expect(after.cpu).to.deep.equal({ ...before.cpu, percent: 12.5 });
    expect(after.memory).to.equal(before.memory);
  });
});
