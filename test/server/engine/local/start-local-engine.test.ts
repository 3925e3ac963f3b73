import { expect } from "chai";
import { LoadError } from "../../../../src/server/engine/load-error.js";
import { LocalEngine } from "../../../../src/server/engine/local/local-engine.js";
import { createLog } from "../../../../src/server/log.js";
import { benchOptions, EngineBench } from "../../../support/engine-bench.js";
import { fakeProcesses, type Habits } from "../../../support/fake-process.js";
import { rejection } from "../../../support/rejection.js";

describe("LocalEngine that does not start", () => {
  const start = async (habits: Habits): Promise<LoadError> => {
    const bench = new EngineBench();
    Object.assign(bench.habits, habits);
    const error = await rejection<LoadError>(bench.open());
    expect(error).to.be.instanceOf(LoadError);
    return error;
  };

  it("says that no process could be had, and blames no file for it", async () => {
    const error = await start({ load: "no-process" });
    expect(error.kind).to.equal("not-started");
    expect(error.message).to.contain("EMFILE");
  });

  it("says that the process ended, or did not go on", async () => {
    expect((await start({ load: "crash" })).kind).to.equal("crashed");
    expect((await start({ load: "stall" })).kind).to.equal("stalled");
  });

  it("leaves nothing when the load is called off", async () => {
    const processes = fakeProcesses({ load: "stall" });
    const settings = {
      modelId: "x",
      options: benchOptions,
      waiting: 1,
      loadTimeoutMs: 60_000,
      log: createLog("silent"),
    };
    const off = new AbortController();
    const loading = LocalEngine.start({ ...settings, startProcess: processes.start }, undefined, off.signal);
    off.abort();
    expect((await rejection<LoadError>(loading)).kind).to.equal("aborted");
    expect(processes.all[0]?.isKilled).to.equal(true);
  });

  it("goes on for as long as it makes progress", async () => {
    const processes = fakeProcesses({ load: "stall" });
    const settings = { modelId: "x", options: benchOptions, waiting: 1, loadTimeoutMs: 200, log: createLog("silent") };
    const told: number[] = [];
    const loading = LocalEngine.start({ ...settings, startProcess: processes.start }, (fraction) =>
      told.push(fraction),
    );
    let isOver = false;
    loading.catch(() => {
      isOver = true;
    });
    for (let part = 1; part <= 6; part += 1) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      processes.all[0]?.say({ type: "progress", fraction: part / 10 });
    }
    expect([told.length, isOver]).to.deep.equal([6, false]);
    expect((await rejection<LoadError>(loading)).kind).to.equal("stalled");
  });
});
