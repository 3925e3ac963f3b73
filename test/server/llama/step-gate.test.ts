import { expect } from "chai";
import { StepGate } from "../../../src/server/llama/step-gate.js";

/** A gate for two cores, with a clock and a count of others that a test sets. */
function gateWith(mostThreads: number = 2) {
  const machine = { nowMs: 0, others: 0 as number | null, readings: 0, isClosed: false };
  const gate = new StepGate({
    mostThreads,
    cores: 2,
    now: () => machine.nowMs,
    busyThreads: {
      others: () => {
        machine.readings += 1;
        return machine.others;
      },
      close: () => {
        machine.isClosed = true;
      },
    },
  });
  /** So many steps; the threads of each. */
  const steps = (count: number, msOf: (threads: number) => number): number[] =>
    Array.from({ length: count }, () => {
      const threads = gate.beforeStep();
      const ms = msOf(threads);
      machine.nowMs += ms;
      gate.afterStep(ms, 1);
      return threads;
    });
  return { gate, machine, steps };
}

const calmMs = (threads: number): number => 12 / threads;

describe("StepGate", () => {
  it("uses all threads while nothing else runs, and knows none before the first step", () => {
    const { gate, steps } = gateWith();
    expect(gate.threads).to.equal(null);
    expect(new Set(steps(100, calmMs))).to.deep.equal(new Set([2]));
    expect(gate.threads).to.equal(2);
  });

  it("leaves a core to a neighbour within a quarter of a second, and takes it back as quickly", () => {
    const { machine, steps } = gateWith();
    steps(20, calmMs);
    machine.others = 1;
    const beside = steps(100, (threads) => (threads === 1 ? 13 : 43));
    expect(beside.indexOf(1)).to.be.within(1, 6);
    expect(beside.lastIndexOf(2)).to.be.below(6);
    machine.others = 0;
    const alone = steps(100, calmMs);
    expect(alone.indexOf(2)).to.be.within(1, 20);
    expect(alone.slice(alone.indexOf(2)).includes(1)).to.equal(false);
  });

  it("does not swing beside a neighbour that is there half of the time", () => {
    const { machine, steps } = gateWith();
    const counts = Array.from({ length: 200 }, (_, index) => {
      machine.others = index % 2;
      return steps(1, calmMs)[0];
    });
    expect(counts.filter((threads, index) => index > 0 && threads !== counts[index - 1]).length).to.be.below(4);
  });

  it("uses no more than it is allowed, from the next step on", () => {
    const { gate, steps } = gateWith();
    steps(5, calmMs);
    gate.allow(1);
    expect(steps(5, calmMs)).to.deep.equal([1, 1, 1, 1, 1]);
    gate.allow(2);
    expect(steps(1, calmMs)).to.deep.equal([2]);
  });

  it("goes by the time of steps where it cannot see others", () => {
    const { machine, steps } = gateWith();
    machine.others = null;
    steps(200, calmMs);
    expect(steps(60, (threads) => (threads === 1 ? 13 : 60)).slice(6)).to.not.include(2);
  });

  it("does not read more often than every 4 ms", () => {
    const { machine, steps } = gateWith();
    steps(100, () => 1);
    expect(machine.readings).to.be.within(20, 26);
  });

  it("explains an answer that took several times the best beside others", () => {
    const { gate, machine, steps } = gateWith();
    steps(100, calmMs);
    const calmMark = gate.mark();
    steps(100, calmMs);
    expect(gate.warningSince(calmMark)).to.equal(null);
    machine.others = 4;
    steps(20, () => 30);
    const mark = gate.mark();
    steps(50, () => 30);
    expect(gate.warningSince(mark)).to.match(/^Other programs keep the cores busy: .* about [3-5]\.\d times as long/);
  });

  it("says nothing of an answer that was short, a little slower, or slow for reasons of its own", () => {
    const { gate, machine, steps } = gateWith();
    steps(100, calmMs);
    const alone = gate.mark();
    steps(100, () => 18.5);
    expect(gate.warningSince(alone), "alone").to.equal(null);
    machine.others = 1;
    steps(20, () => 13);
    const little = gate.mark();
    steps(100, () => 13);
    expect(gate.warningSince(little), "a little slower").to.equal(null);
    const short = gate.mark();
    steps(10, () => 40);
    expect(gate.warningSince(short), "short").to.equal(null);
  });

  it("closes the count of others", () => {
    const { gate, machine } = gateWith();
    gate.close();
    expect(machine.isClosed).to.equal(true);
  });
});
