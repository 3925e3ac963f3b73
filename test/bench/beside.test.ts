import { expect } from "chai";
import type { Spread } from "../../scripts/bench/bench-report.js";
import type { BesideReport } from "../../scripts/bench/beside/beside-report.js";
import { cpuMs, treeCpuMs } from "../../scripts/bench/beside/cpu-time.js";
import { formatBeside } from "../../scripts/bench/beside/format-beside.js";
import { withNeighbours } from "../../scripts/bench/beside/neighbours.js";
import { descendantsOf } from "../../scripts/storm/process-tree.js";

const one = (median: number): Spread => ({ median, least: median / 2, greatest: median * 2, n: 3 });
const speed = (tokens: number) => ({ tokensPerSecond: one(tokens), firstTokenMs: one(20), cpuMsPerToken: one(9) });

const report: BesideReport = {
  startedAt: "2026-11-28T12:00:00.000Z",
  seconds: 300,
  machine: { cpu: "a processor", cores: 2, memoryBytes: 2 ** 33, os: "Linux 6" },
  cpuLibrary: "zen4",
  versions: { ours: "1.0.0", engine: "3.22.1", node: "v20.20.2" },
  model: { file: "m.gguf", sizeBytes: 98_000_000 },
  rounds: 3,
  tokens: 64,
  slots: 16,
  context: 512,
  loadBefore: 0.5,
  speed: [{ threads: 2, streams: 4, ours: speed(90), theirs: speed(100), ratio: speed(0.9), load: one(1) }],
  caching: [{ what: "four", ours: { prompt: 400, computed: 100 }, theirs: { prompt: 400, computed: 200 } }],
  loads: [],
  busy: [{ neighbours: "1 busy", streams: 1, tokensPerSecond: { "ours-2": one(80), "theirs-1": one(60) } }],
};

describe("the report beside llama-server", () => {
  const text = formatBeside(report);

  it("says where it was taken, with which libraries and threads", () => {
    expect(text).to.contain("Taken on 2026-11-28 in 5.0 minutes").and.to.contain("(processor: zen4)");
    expect(text).to.contain("| 2 | 4 | 90 | 100 | 0.90 (0.45–1.80) |");
  });

  it("is Markdown whose tables have as many cells in each row as in their header", () => {
    const tables = text.split("\n\n").filter((part) => part.startsWith("|"));
    expect(tables).to.have.length(3);
    for (const table of tables) {
      const widths = new Set(table.split("\n").map((row) => row.split("|").length));
      expect(widths.size, table).to.equal(1);
    }
  });

  it("leaves out the parts that were not measured", () => {
    expect(text).to.not.contain("from start to a loaded model");
  });

  it("tells the tokens that were computed, and the servers by their threads", () => {
    expect(text).to.contain("| four | 100 of 400 | 200 of 400 | 0.50 |");
    expect(text).to.contain("| LocalLab, 2 threads | llama-server, 1 thread |");
  });
});

describe("neighbours that want the processor", function () {
  this.timeout(60_000);

  it("use it while they are there, and have ended afterwards", async () => {
    const [used, running] = await withNeighbours("busy", 2, async () => {
      const before = treeCpuMs(process.pid) - cpuMs(process.pid);
      // until they are seen to have worked, however busy this machine is
      for (;;) {
        const now = treeCpuMs(process.pid) - cpuMs(process.pid);
        if (Number.isNaN(now) || now > before + 50) return [now - before, neighbours().length];
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    if (process.platform === "linux") expect(used).to.be.above(50);
    expect(running).to.equal(2);
    expect(neighbours()).to.deep.equal([]);
  });

  it("end when what runs beside them fails", async () => {
    let message = "";
    try {
      await withNeighbours("half busy", 1, () => Promise.reject(new Error("no model")));
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).to.equal("no model");
    expect(neighbours()).to.deep.equal([]);
  });
});

const neighbours = () => descendantsOf(process.pid).filter(({ command }) => command.includes("const burst"));
