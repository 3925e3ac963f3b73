import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { PublisherBench } from "./publisher-bench.js";
import { skipWithoutAgent } from "./tunnel-bench.js";

/** Turns of the event loop's microtasks: between any two steps that wait for nothing outside. */
async function microtasks(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await Promise.resolve();
}

const moments: readonly (readonly [string, () => Promise<unknown>])[] = [
  ...[0, 1, 2, 3, 5, 8, 15, 50].map((count) => [`${count} microtasks`, () => microtasks(count)] as const),
  ...[0, 2, 5, 15, 60, 150, 250, 350, 500].map((ms) => [`${ms} ms`, () => pause(ms)] as const),
];

describe("a publication that is given up", function () {
  this.timeout(60_000);
  let bench: PublisherBench;

  before(async function () {
    skipWithoutAgent(this);
    bench = await PublisherBench.start();
  });
  after(async () => bench?.stop());

  for (const [when, wait] of moments) {
    it(`after ${when} because who asked has left leaves nothing`, async () => {
      const leaving = new AbortController();
      const answer = bench.publisher.publish(bench.call, leaving.signal).catch((reason: Error) => reason);
      await wait();
      leaving.abort();
      const said = await answer;
      if (said instanceof Error) expect(said).to.include({ code: "publish_failed" });
      await bench.reaches("offline");
      await bench.isGone();
    });

    it(`after ${when} because it is closed leaves nothing`, async () => {
      const answer = bench.publisher.publish(bench.call).catch((reason: Error) => reason);
      await wait();
      await bench.publisher.close(0);
      const said = await answer;
      if (said instanceof Error) expect(said).to.include({ code: "publish_failed" });
      expect(bench.publisher.status()).to.include({ state: "offline", problem: null });
      await bench.isGone();
    });
  }

  it("can be published again at once, while the former one still closes", async () => {
    const first = await bench.publisher.publish(bench.call);
    const closed = bench.publisher.close(0);
    const second = await bench.publisher.publish(bench.call);
    await closed;
    expect(second).to.include({ is_new: true, state: "online" });
    expect(second.key).to.not.equal(first.key);
    expect(bench.edge.agents.sessions.size).to.equal(1);
    await bench.publisher.close(0);
  });
});

describe("a publication that several ask for", function () {
  this.timeout(60_000);
  let bench: PublisherBench;

  before(async function () {
    skipWithoutAgent(this);
    bench = await PublisherBench.start();
  });
  afterEach(async () => {
    await bench.publisher.close(0);
    await bench.isGone();
  });
  after(async () => bench?.stop());

  it("goes on when the first of them leaves, and the next is given the key", async () => {
    const leaving = new AbortController();
    const first = bench.publisher.publish(bench.call, leaving.signal).catch((reason: Error) => reason);
    const second = bench.publisher.publish(bench.call, new AbortController().signal);
    leaving.abort();
    expect(await first).to.include({ code: "publish_failed" });
    expect((await second).key).to.match(/^lab_pub_/);
    expect(await second).to.include({ is_new: true, state: "online" });
    expect(bench.edge.agents.auths).to.have.length(1);
  });

  it("is given up when all of them have left", async () => {
    const all = [new AbortController(), new AbortController()];
    const answers = all.map(({ signal }) =>
      bench.publisher.publish(bench.call, signal).catch((reason: Error) => reason),
    );
    for (const one of all) one.abort();
    for (const answer of await Promise.all(answers)) expect(answer).to.include({ code: "publish_failed" });
    await bench.reaches("offline");
  });

  it("is given to one who asks after all others have left", async () => {
    const leaving = new AbortController();
    const first = bench.publisher.publish(bench.call, leaving.signal).catch((reason: Error) => reason);
    leaving.abort();
    expect(await bench.publisher.publish(bench.call)).to.include({ is_new: true, state: "online" });
    expect(await first).to.include({ code: "publish_failed" });
  });

  it("is closed when who was given the key leaves before it arrives", async () => {
    const leaving = new AbortController();
    expect((await bench.publisher.publish(bench.call, leaving.signal)).state).to.equal("online");
    leaving.abort();
    await bench.reaches("offline");
  });

  it("stays when another was told of it by then", async () => {
    const leaving = new AbortController();
    const [, second] = await Promise.all([
      bench.publisher.publish(bench.call, leaving.signal),
      bench.publisher.publish(bench.call, new AbortController().signal),
    ]);
    leaving.abort();
    expect(second.state).to.equal("online");
    expect(bench.publisher.status().state).to.equal("online");
  });
});
