/** What an open publication rests on breaks: it is noticed, told and mended, and closing never waits for it. */
import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { until } from "../../support/until.js";
import { PublisherBench } from "./publisher-bench.js";
import { skipWithoutAgent } from "./tunnel-bench.js";

describe("an open publication", function () {
  this.timeout(60_000);
  let bench: PublisherBench;
  let key: string | null;

  before(function () {
    skipWithoutAgent(this);
  });
  beforeEach(async () => {
    bench = await PublisherBench.start();
    key = (await bench.publisher.publish(bench.call)).key;
  });
  afterEach(async () => bench?.stop());

  const agent = (): number => bench.pids.at(-1) as number;

  async function isMended(code: string): Promise<void> {
    await bench.reaches("reconnecting");
    expect(bench.publisher.status().problem?.code).to.equal(code);
    const { since } = bench.publisher.status();
    expect(Math.abs(Date.parse(since) - Date.now())).to.be.lessThan(10_000);
    await bench.reaches("online");
    expect(await bench.health()).to.equal(200);
    expect(bench.publisher.status()).to.include({ problem: null, url: bench.edge.publicUrl });
    await bench.edge.sessionCount(1);
  }

  it("is given another tunnel process when its own hangs", async () => {
    const hung = agent();
    process.kill(hung, "SIGSTOP");
    await isMended("agent_hung");
    expect(agent()).to.not.equal(hung);
  });

  it("listens at another socket when its own was removed with its folder", async () => {
    rmSync(bench.runtimeDir, { recursive: true });
    await isMended("listener_gone");
    expect(bench.sockets()).to.have.length(1);
  });

  it("is opened anew when its address leads elsewhere", async () => {
    bench.edge.agents.endpoints.clear();
    await isMended("address_silent");
  });

  it("says so for as long as its address cannot be reached", async () => {
    const { serve } = bench.edge.visitors;
    bench.edge.visitors.serve = (_incoming, response) => void response.writeHead(502).end();
    await bench.reaches("reconnecting");
    // longer than a new tunnel process takes
    await pause(1500);
    expect(bench.publisher.status()).to.deep.include({ state: "reconnecting" });
    // on a busy machine a new tunnel process may be late in between
    await until(() => bench.publisher.status().problem?.code === "address_silent");
    expect(bench.publisher.status()).to.deep.include({ state: "reconnecting" });
    bench.edge.visitors.serve = serve.bind(bench.edge.visitors);
    await bench.reaches("online");
    expect(await bench.health()).to.equal(200);
  });

  it("does not count the calls of its own watch as traffic, nor take a visitor's for one of them", async () => {
    const before = bench.publisher.status().traffic.requests;
    await pause(1000);
    expect(bench.publisher.status().traffic.requests).to.equal(before);
    await bench.health();
    expect(bench.publisher.status().traffic.requests).to.equal(before + 1);
  });

  it("is closed in time although its tunnel process hangs", async () => {
    process.kill(agent(), "SIGSTOP");
    const askedAt = performance.now();
    await bench.publisher.close(300);
    expect(performance.now() - askedAt).to.be.lessThan(5300);
    await bench.isGone();
  });

  it("is closed in time although a visitor is never answered", async () => {
    const before = bench.models.requests.length;
    bench.models.script = () => {};
    const visit = fetch(`${bench.edge.publicUrl}/generate`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: '{"prompt":"x"}',
    });
    const cut = visit.then(({ status }) => status).catch(() => 502);
    await bench.models.until(() => bench.models.requests.length > before);
    const askedAt = performance.now();
    await bench.publisher.close(300);
    expect(performance.now() - askedAt).to.be.within(290, 5300);
    expect(await cut).to.equal(502);
  });
});
