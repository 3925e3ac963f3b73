/** The whole benchmark as a program, with the real server and the sample model. Nothing is timed here. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { BenchReport } from "../../scripts/bench/bench-report.js";
import { leftProcesses } from "../support/left-behind.js";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { FakeServer } from "./fake-server.js";

const program = ["--import", "tsx", join("scripts", "bench", "main.ts")];
const quick = ["--model", "sample", "--quick", "--streams", "1,4", "--tokens", "16"];

// two threads wait for each other at every step, which takes long when other programs run
const env = { LOCALLAB_THREADS: "1" };

/** Paths of all numbers that are not finite; JSON has null for them. */
function holes(value: unknown, path: string): string[] {
  if (value === null) return [path];
  if (typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => holes(inner, `${path}.${key}`));
}

const benchFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("locallab-bench-"));

describe("npm run bench", function () {
  this.timeout(60_000);
  let fake: FakeServer;
  let foldersBefore: string[];
  let processesBefore: string[];

  beforeEach(async () => {
    fake = await FakeServer.start("llama-server", { prefillMs: 30, stepMs: 2 });
    foldersBefore = benchFolders();
    processesBefore = leftProcesses();
  });

  afterEach(async () => {
    await fake.stop();
    expect(benchFolders()).to.deep.equal(foldersBefore);
    expect(leftProcesses()).to.deep.equal(processesBefore);
  });

  it("fills every row, for its own server and the other one, and leaves nothing running", async () => {
    const json = join(temporaryFolder(), "report.json");
    const against = ["--against", fake.url.href, "--json", json];
    const { code, stdout, stderr } = await runProgram(process.execPath, [...program, ...quick, ...against], {
      env,
      timeoutMs: 55_000,
    });
    expect(code, stderr).to.equal(0);
    const { model, ...report } = JSON.parse(readFileSync(json, "utf8")) as BenchReport;
    expect(holes(report, "report")).to.deep.equal([]);
    expect(model.name).to.equal("sample");
    expect(report.streams.map(({ streams }) => streams)).to.deep.equal([1, 4]);
    expect(report.scaling).to.include({ most: 4, fewest: 1 });
    expect(report.cancel).to.have.length(3);
    expect(report.health.map(({ streams }) => streams)).to.deep.equal([0, 16]);
    expect(report.memory.map((row) => [row.process, row.requests])).to.deep.equal([
      ["server", 200],
      ["engine", 200],
    ]);
    expect(report.fairness.tokens).to.have.length(8).and.not.include(0);
    expect(report.fairness.jain).to.be.within(1 / 8, 1);
    for (const heading of [
      "tok/s",
      "cancel to idle",
      "GET /health",
      "resident memory, MiB",
      "fairness",
      "ours : theirs",
      "aim",
    ]) {
      expect(stdout).to.contain(heading);
    }
    expect(stdout).not.to.contain("NaN");
  });

  it("stops its server when it is interrupted", async () => {
    const bench = spawn(process.execPath, [...program, ...quick], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const exited = once(bench, "exit");
    let said = "";
    for await (const text of bench.stderr.setEncoding("utf8")) {
      const isWarm = !said.includes("warming up") && `${said}${text}`.includes("warming up");
      said += text;
      // as a terminal and npm do, twice
      if (isWarm) bench.kill("SIGINT") && bench.kill("SIGINT");
    }
    expect((await exited)[0], said).to.equal(130);
    expect(said).to.match(/Interrupted; the server was stopped\.\n$/);
  });

  it("stops its server when the other one fails", async () => {
    await fake.stop();
    fake = await FakeServer.start("llama-server", { breaksAt: 2 });
    const { code, stderr } = await runProgram(process.execPath, [...program, ...quick, "--against", fake.url.href], {
      env,
      timeoutMs: 55_000,
    });
    expect(code).to.equal(1);
    expect(stderr).to.match(/broke a stream off: the engine ended\n$/);
  });

  it("says in one sentence what is wrong with the command line", async () => {
    const { code, stdout, stderr } = await runProgram(process.execPath, [...program, "--model", "70b"]);
    expect({ code, stdout, stderr }).to.deep.equal({
      code: 2,
      stdout: "",
      stderr: '--model is "70b". It must be one of 135m, 0.5b, 15m, smollm2, sample.\n',
    });
  });
});
