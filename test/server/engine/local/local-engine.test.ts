/** A process that dies, hangs, and cannot be started again. */
import { expect } from "chai";
import { EngineBench } from "../../../support/engine-bench.js";
import { settled } from "../../../support/fake-clock.js";
import { loadedModel } from "../../../support/fake-process.js";
import { rejection } from "../../../support/rejection.js";

describe("LocalEngine over a process that dies", () => {
  let bench: EngineBench;
  beforeEach(async () => {
    bench = new EngineBench();
    await bench.open();
  });

  it("stays down after four deaths without an answer, says so, and is not asked to be tried again", async () => {
    for (let death = 0; death < 4; death += 1) await bench.die();
    expect(bench.engine.state).to.equal("failed");
    expect(bench.engine.reason).to.match(/4 times in a row.*SIGKILL/);
    const error = await rejection(bench.submit("short"));
    expect(error).to.include({ code: "engine_failed", retryAfterSeconds: undefined });
    expect(error.message).to.match(/POST \/models\/load/);
    expect(bench.processes.all).to.have.length(4);
  });

  it("tells neither memory nor number of a process that is gone", async () => {
    await bench.answer();
    expect(bench.engine.memory()).to.include({ residentBytes: 1000 });
    expect(bench.engine.pid).to.be.a("number");
    for (let death = 0; death < 4; death += 1) await bench.die();
    expect([bench.engine.memory(), bench.engine.pid]).to.deep.equal([undefined, undefined]);
  });

  it("hands on the threads of the last step, and why an answer was slow", async () => {
    const generation = bench.submit("long");
    await settled();
    const ending = { reason: "stop", completionTokens: 1, prefillMs: 1, decodeMs: 2 } as const;
    bench.last.say({ type: "step", finished: [{ id: 1, ...ending, threads: 1, warnings: ["Others compute."] }] });
    const { timings, warnings } = await generation;
    expect(timings.threads).to.equal(1);
    expect(warnings).to.deep.equal(["Others compute."]);
    const quick = await bench.submit("short");
    expect([quick.timings.threads, quick.warnings]).to.deep.equal([null, []]);
  });

  it("counts what is kept outside of its slots as memory", async () => {
    const measured = { residentBytes: 1000, keptBytes: 500, gpuBytes: null, threadsInUse: 2 };
    bench.last.say({ type: "memory", ...measured, decodes: 0, decodedRows: 0 });
    expect(bench.engine.memory()).to.deep.equal({ ...measured, residentBytes: 1500 });
  });

  it("says when one of its processes has ended", async () => {
    await bench.die();
    await bench.engine.close();
    expect(bench.exits).to.equal(2);
  });

  it("forgets its deaths once it has answered something", async () => {
    for (let death = 0; death < 8; death += 1) {
      await bench.die();
      await bench.clock.pass(60_000);
      await bench.answer();
    }
    expect(bench.engine.state).to.equal("ready");
  });

  it("does not forget them by waiting", async () => {
    for (let death = 0; death < 4; death += 1) {
      await bench.die();
      await bench.clock.pass(3_600_000);
    }
    expect(bench.engine.state).to.equal("failed");
  });

  it("stays down when every restart stalls", async () => {
    bench.habits.load = "stall";
    bench.last.die();
    await settled();
    for (let round = 0; round < 8 && bench.engine.state === "restarting"; round += 1) {
      await bench.clock.pass(2000);
      // a load is given up after 30 ms of real time
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(bench.engine.state).to.equal("failed");
    expect(bench.engine.reason).to.match(/no progress/);
    expect(bench.processes.all.slice(1).every(({ isKilled }) => isKilled)).to.equal(true);
  });

  it("tries for minutes when no process can be had, and comes back when one can", async () => {
    bench.habits.load = "no-process";
    const waiting = bench.submit("short");
    await waiting;
    bench.last.die();
    await settled();
    const later = bench.submit("short");
    await bench.clock.pass(60_000);
    expect(bench.engine.state).to.equal("restarting");
    expect(bench.engine.reason).to.match(/EMFILE/);
    bench.habits.load = "loaded";
    await bench.clock.pass(20_000);
    expect(bench.engine.state).to.equal("ready");
    await later;
  });

  it("tells the number of every process it starts, and uses as few threads after a restart as before", async () => {
    bench.engine.useThreads(2);
    await bench.die();
    expect(bench.pids).to.deep.equal([1000, 1001]);
    expect(bench.last.received).to.deep.include({ type: "threads", threads: 2 });
  });

  it("ends the process of a restart that was under way when it was closed", async () => {
    bench.habits.load = "stall";
    bench.last.die();
    await settled();
    await bench.clock.pass(50);
    expect(bench.processes.all).to.have.length(2);
    await bench.engine.close();
    expect(bench.last.isKilled).to.equal(true);
    expect(bench.engine.state).to.equal("closed");
  });
});

describe("LocalEngine that is closed in the moment in which a restart is done", () => {
  it("stays closed and leaves no process", async () => {
    const bench = new EngineBench();
    await bench.open();
    bench.habits.load = "stall";
    bench.last.die();
    await settled();
    await bench.clock.pass(50);
    bench.last.say({ type: "loaded", model: loadedModel });
    await bench.engine.close();
    expect(bench.engine.state).to.equal("closed");
    expect(bench.last.received).to.deep.include({ type: "stop" });
  });
});

describe("LocalEngine over a process that hangs", () => {
  let bench: EngineBench;
  beforeEach(async () => {
    bench = new EngineBench();
    await bench.open();
  });

  it("says within five seconds that it does not respond, idle or busy, and is well again when it answers", async () => {
    bench.last.hangs = true;
    await bench.clock.pass(5000);
    expect(bench.engine.state).to.equal("unresponsive");
    expect(bench.engine.reason).to.match(/not answered for \d s/);
    const waiting = bench.submit("short");
    await settled();
    expect(waiting.position).to.equal(1);
    bench.last.wake();
    await settled();
    expect(bench.engine.state).to.equal("ready");
    await waiting;
    expect(bench.processes.all).to.have.length(1);
  });

  it("loses nothing when it was stopped for twenty seconds and goes on", async () => {
    const generation = bench.submit("long");
    await settled();
    bench.last.hangs = true;
    await bench.clock.pass(20_000);
    bench.last.wake();
    await settled();
    expect([generation.state, bench.processes.all.length]).to.deep.equal(["decoding", 1]);
  });

  it("is ended two seconds after a cancel that it does not answer, and comes back", async () => {
    const [first, other] = [bench.submit("long"), bench.submit("long")];
    await settled();
    bench.last.hangs = true;
    await bench.clock.pass(3000);
    first.cancel();
    await bench.clock.pass(2000);
    expect(await rejection(other)).to.include({ code: "engine_died" });
    expect((await rejection(other)).message).to.match(/answered nothing/);
    await bench.clock.pass(1000);
    expect([bench.engine.state, bench.processes.all.length]).to.deep.equal(["ready", 2]);
    await bench.answer();
  });

  it("has more time when it computes", async () => {
    const generation = bench.submit("long");
    await settled();
    bench.last.hangs = true;
    bench.last.computes = "grows";
    await bench.clock.pass(3000);
    generation.cancel();
    await bench.clock.pass(3000);
    expect(bench.processes.all[0]?.isKilled).to.equal(false);
    await bench.clock.pass(3000);
    expect(bench.processes.all[0]?.isKilled).to.equal(true);
  });

  it("is not blamed when it was this process that slept", async () => {
    const generation = bench.submit("long");
    await settled();
    bench.last.hangs = true;
    await bench.clock.pass(1000);
    bench.clock.jump(600_000);
    bench.last.hangs = false;
    await bench.clock.pass(500);
    expect([bench.processes.all[0]?.isKilled, generation.state]).to.deep.equal([false, "decoding"]);
  });

  it("is given up when not even a kill ends it", async () => {
    bench.habits.isImmortal = true;
    const generation = bench.submit("long");
    await settled();
    bench.last.hangs = true;
    await bench.clock.pass(40_000);
    expect(await rejection(generation)).to.include({ code: "engine_died" });
    expect([bench.engine.state, bench.processes.all.length]).to.deep.equal(["ready", 2]);
  });

  it("is closed within five seconds, whatever it ignores", async () => {
    bench.habits.isDeaf = true;
    bench.habits.isImmortal = true;
    bench.submit("long");
    await settled();
    const closed = bench.engine.close().then(() => true);
    await bench.clock.pass(5000);
    expect(await Promise.race([closed, settled().then(() => false)])).to.equal(true);
  });

  it("has nobody wait for what is over in it", async () => {
    const generation = bench.submit("long");
    await settled();
    bench.last.hangs = true;
    const idle = bench.engine.idle().then(() => true);
    generation.cancel();
    expect(await Promise.race([idle, settled().then(() => false)])).to.equal(true);
  });
});
