import { expect } from "chai";
import { withStreams } from "../../scripts/bench/background-streams.js";
import { measureCancelDecoding, measureCancelPrefill } from "../../scripts/bench/measure-cancel.js";
import { measureHealth } from "../../scripts/bench/measure-health.js";
import { measureMemory } from "../../scripts/bench/measure-memory.js";
import { Prompts } from "../../scripts/bench/prompts.js";
import type { Target } from "../../scripts/bench/target.js";
import { FakeServer } from "./fake-server.js";

const { signal } = new AbortController();

describe("what the benchmark asks besides streams", () => {
  let fake: FakeServer;
  let target: Target;
  const prompts = new Prompts();
  const start = async (...settings: Parameters<typeof FakeServer.start>): Promise<void> => {
    fake = await FakeServer.start(...settings);
    target = fake.target();
  };
  afterEach(async () => {
    target.close();
    await fake.stop();
  });

  it("sees how long a slot stays busy after its client left", async () => {
    await start("locallab", { stepMs: 4, cancelMs: 60 });
    const numbers = await measureCancelDecoding({ target, prompts, samples: 3, signal });
    expect(numbers.n).to.equal(3);
    expect(numbers.median).to.be.at.least(59);
    expect(numbers.stepMs).to.be.within(3, 40);
    expect(numbers.medianSteps).to.be.closeTo(numbers.median / numbers.stepMs, 1e-9);
    expect(fake.busy).to.equal(0);
  });

  it("sees it while other streams keep their slots", async () => {
    await start("llama-server", { stepMs: 4, cancelMs: 60 });
    const numbers = await withStreams(target, prompts, 3, () =>
      measureCancelDecoding({ target, prompts, samples: 2, signal }, 3),
    );
    expect(numbers.median).to.be.within(59, 2000);
  });

  it("counts only clients that left before the first text as leaving while the prompt is read", async () => {
    await start("locallab", { prefillMs: 80, cancelMs: 30 });
    // the fake's 16 prompt tokens in chunks of 4: a step is a quarter of the time to the first token
    const numbers = await measureCancelPrefill({ target, prompts, samples: 3, signal }, 10, 4);
    expect(numbers.n).to.equal(3);
    expect(numbers.stepMs).to.be.within(20, 60);
    expect(numbers.median).to.be.at.least(29);
  });

  it("leaves every stream when what ran beside them is done or fails", async () => {
    await start("locallab", { stepMs: 2 });
    expect(await withStreams(target, prompts, 4, async () => fake.busy)).to.equal(4);
    const failure = await withStreams(target, prompts, 4, () => Promise.reject(new Error("no"))).catch(String);
    expect(failure).to.equal("Error: no");
    while (fake.busy > 0) await target.get("/health");
  });

  it("throws when a stream beside it breaks off", async () => {
    await start("locallab", { breaksAt: 3 });
    const failure = await withStreams(target, prompts, 2, () => new Promise(() => {})).catch((error: Error) => error);
    expect((failure as Error).message).to.contain("broke a stream off");
  });

  it("asks for the health as often as told", async () => {
    await start("locallab");
    const numbers = await measureHealth(target, "/health", 20, signal);
    expect(numbers.n).to.equal(20);
    expect(numbers.p50).to.be.greaterThan(0).and.at.most(numbers.p99);
    expect(numbers.p99).to.be.at.most(numbers.greatest);
  });

  it("reads the memory of real processes between blocks of requests", async () => {
    await start("locallab", { prefillMs: 0, stepMs: 0 });
    const processes = [{ name: "server", pid: process.pid, collectsOnSignal: false } as const];
    const [row] = await measureMemory({ target, prompts, requests: 80, atOnce: 8, processes });
    expect(fake.bodies).to.have.length(96);
    expect(row).to.include({ process: "server", requests: 80 });
    expect(row?.samples).to.have.length(21);
    expect(row?.samples.at(-1)).to.deep.equal([80, row?.after]);
    expect(row?.before).to.be.closeTo(process.memoryUsage().rss, process.memoryUsage().rss / 2);
    expect(Number.isFinite(row?.growth)).to.equal(true);
  });
});
