import { expect } from "chai";
import { type RealServer, startRealServer } from "../support/real-server.js";
import { endlessPrompt } from "../support/sample-theory.js";
import { until } from "../support/until.js";

const endless = { prompt: endlessPrompt, temperature: 0, repetition_penalty: 1 };
/** Machines that are busy take their time. */
const soon = (isSo: () => boolean | Promise<boolean>): Promise<void> => until(isSo, 40_000);

describe("the life of a lab", function () {
  this.timeout(120_000);
  let lab: RealServer;
  afterEach(() => lab.stop());
  const owner = (): Record<string, string> => ({ Authorization: `Bearer ${lab.server.ownerKey}` });
  const busy = async (): Promise<number> => (await lab.get("/health")).json.slots.busy;
  const isGone = (): Promise<boolean> =>
    lab.get("/health").then(
      () => false,
      () => true,
    );

  it("POST /stop lets running requests finish for drain_seconds", async () => {
    lab = await startRealServer();
    const running = lab.post("/generate", { ...endless, max_length: 300 });
    await soon(async () => (await busy()) === 1);
    const stopped = await lab.post("/stop", { drain_seconds: 60 }, owner());
    expect(stopped.json).to.include({ status: "stopped", cancelled_requests: 0 });
    expect((await running).json.usage.completion_tokens).to.equal(300);
  });

  it("POST /stop with no drain_seconds to wait ends what runs", async () => {
    lab = await startRealServer({ context: 8192 });
    const running = lab.post("/generate", { ...endless, max_length: 6000 });
    await soon(async () => (await busy()) === 1);
    const stopped = await lab.post("/stop", { drain_seconds: 0 }, owner());
    expect(stopped.json.cancelled_requests).to.equal(1);
    expect((await running).status).to.not.equal(200);
  });

  it("does not end while a request runs although linger is over", async () => {
    lab = await startRealServer({ linger: 0.5 });
    const reply = await lab.post("/generate", { ...endless, max_length: 1500 });
    expect(reply.json.usage.completion_tokens).to.equal(1500);
    const ended = performance.now();
    await soon(isGone);
    // it lingers from the end of the owner's request
    expect(performance.now() - ended).to.be.greaterThan(400);
  });

  it("lingers from the end of the load that it was started with", async () => {
    lab = await startRealServer({ linger: 1 });
    const loaded = performance.now();
    await soon(isGone);
    expect(performance.now() - loaded).to.be.greaterThan(900);
  });

  it("ends although a guest goes on asking: what runs finishes, nothing new begins", async () => {
    lab = await startRealServer({ linger: 1.5, slots: 2 });
    const pass = (await lab.post("/passes", { name: "guest" }, owner())).json.key;
    const guest = { Authorization: `Bearer ${pass}` };
    const replies: { status: number; json: { error?: { code: string } } }[] = [];
    const visit = async (): Promise<void> => {
      for (;;) {
        const reply = await lab.post("/generate", { ...endless, max_length: 200 }, guest).catch(() => undefined);
        if (reply === undefined) return;
        replies.push(reply);
      }
    };
    const visitors = Promise.all([visit(), visit()]);
    await soon(isGone);
    await visitors;
    const refused = replies.filter(({ status }) => status !== 200);
    expect(replies.length - refused.length).to.be.greaterThan(0);
    for (const { json } of refused) expect(json.error?.code).to.be.oneOf(["shutting_down", "rate_limited"]);
  });
});
