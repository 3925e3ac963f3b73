import { expect } from "chai";
import type { Finding, Probe } from "../../../src/server/machine/probes.js";
import { type Report, startSampling } from "../../../src/server/machine/sampling.js";
import { until } from "../../support/until.js";

/** Starts sampling, resolves with the reports once `enough` of them came, and ends it. */
function collect(probes: readonly Probe[], enough: (reports: readonly Report[]) => boolean): Promise<Report[]> {
  return new Promise((resolve) => {
    const reports: Report[] = [];
    const stop = startSampling(
      probes,
      5,
      (report) => {
        reports.push(report);
        if (!enough(reports)) return;
        stop();
        resolve(reports);
      },
      1000,
    );
  });
}

const steady: Probe = { name: "steady", everyRounds: 1, ask: async () => ({ gpus: [] }) };

describe("sampling", () => {
  it("does not ask a probe again that has not answered yet, and goes on asking the others", async () => {
    let asked = 0;
    const stuck: Probe = {
      name: "stuck",
      everyRounds: 1,
      ask: () => {
        asked += 1;
        return new Promise(() => {});
      },
    };
    await collect([stuck, steady], (reports) => reports.length === 5);
    expect(asked).to.equal(1);
  });

  it("reports a probe that does not answer once, and its answer when that comes", async () => {
    const reports: Report[] = [];
    let answer: (finding: Finding) => void = () => {};
    const hung: Probe = {
      name: "hung",
      everyRounds: 1,
      ask: () => new Promise((resolve) => (answer = resolve)),
    };
    const stop = startSampling([hung], 5, (report) => reports.push(report), 20);
    await until(() => reports.length === 1);
    answer({ disk: null });
    await until(() => reports.length === 2);
    stop();
    expect(reports).to.deep.equal([
      { kind: "failure", probe: "hung", reason: "it has not answered for 0.02 s" },
      { kind: "finding", finding: { disk: null } },
    ]);
  });

  it("reports a failure once, and again only after an answer in between", async () => {
    let asked = 0;
    const moody: Probe = {
      name: "moody",
      everyRounds: 1,
      ask: async () => {
        asked += 1;
        if (asked === 3) return { disk: null };
        throw new Error(`down ${asked}`);
      },
    };
    const reports = await collect([moody], (all) => all.length === 3);
    expect(reports).to.deep.equal([
      { kind: "failure", probe: "moody", reason: "down 1" },
      { kind: "finding", finding: { disk: null } },
      { kind: "failure", probe: "moody", reason: "down 4" },
    ]);
  });

  it("asks a rare probe in every n-th round and a fixed one until it has answered", async () => {
    const asked = { rare: 0, fixed: 0 };
    const rare: Probe = {
      name: "rare",
      everyRounds: 3,
      ask: async () => {
        asked.rare += 1;
        return {};
      },
    };
    const fixed: Probe = {
      name: "fixed",
      everyRounds: 0,
      ask: async () => {
        asked.fixed += 1;
        if (asked.fixed === 1) throw new Error("not yet");
        return {};
      },
    };
    const isSteady = (report: Report): boolean => report.kind === "finding" && report.finding.gpus !== undefined;
    await collect([rare, fixed, steady], (reports) => reports.filter(isSteady).length === 7);
    expect(asked).to.deep.equal({ rare: 3, fixed: 2 });
  });

  it("reports nothing after its end", async () => {
    const reports: Report[] = [];
    const answers: ((finding: Finding) => void)[] = [];
    const late: Probe = {
      name: "late",
      everyRounds: 1,
      ask: () => new Promise((resolve) => void answers.push(resolve)),
    };
    const stop = startSampling([late], 5, (report) => reports.push(report));
    stop();
    answers[0]?.({ gpus: [] });
    await new Promise((resolve) => setImmediate(resolve));
    expect({ reports, asked: answers.length }).to.deep.equal({ reports: [], asked: 1 });
  });
});
