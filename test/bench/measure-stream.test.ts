import { expect } from "chai";
import { measureRound } from "../../scripts/bench/measure-round.js";
import { measureStream } from "../../scripts/bench/measure-stream.js";
import { openOther } from "../../scripts/bench/open-other.js";
import { Prompts } from "../../scripts/bench/prompts.js";
import { FakeServer } from "./fake-server.js";

const never = new AbortController().signal;

describe("one measured stream", () => {
  let fake: FakeServer;
  afterEach(async () => await fake.stop());

  for (const [shape, cachedTokens] of [
    ["locallab", 4],
    ["llama-server", 0],
    ["openai", 4],
  ] as const) {
    it(`counts the tokens and times of a ${shape} stream`, async () => {
      fake = await FakeServer.start(shape, { prefillMs: 30, stepMs: 3 });
      const { firstTokenMs, gapsMs, usage } = await measureStream(fake.target(), "x", 8);
      expect(usage).to.deep.equal({ promptTokens: 16, completionTokens: 8, cachedTokens });
      expect(firstTokenMs).to.be.at.least(29);
      expect(gapsMs).to.have.length(7);
      expect(gapsMs.reduce((sum, gap) => sum + gap, 0)).to.be.at.least(14);
    });
  }

  it("asks each kind of server for greedy text of that length", async () => {
    fake = await FakeServer.start("locallab");
    await measureStream(fake.target(), "x", 3);
    expect(fake.bodies[0]).to.include({ prompt: "x", max_length: 3, temperature: 0, repetition_penalty: 1 });
    await fake.stop();
    fake = await FakeServer.start("llama-server");
    await measureStream(fake.target(), "x", 3);
    expect(fake.bodies[0]).to.include({ prompt: "x", n_predict: 3, ignore_eos: true, cache_prompt: false });
    await fake.stop();
    fake = await FakeServer.start("openai");
    const target = await openOther({ url: fake.url, shape: "openai" }, never);
    await measureStream(target, "x", 3);
    expect(fake.bodies[0]).to.include({ prompt: "x", model: "fake-model", max_tokens: 3, temperature: 0 });
  });

  it("takes the rate from the tokens that came, not from those asked for", async () => {
    fake = await FakeServer.start("locallab", { endsAfter: 4 });
    const round = await measureRound(fake.target(), new Prompts(), 3, 100);
    expect(round.endedEarly).to.equal(3);
    expect(round.tokensPerSecond).to.be.closeTo((12 / round.wallMs) * 1000, 1e-9);
  });

  it("tells in the server's words why a stream broke off", async () => {
    fake = await FakeServer.start("locallab", { breaksAt: 3 });
    const failure = await measureStream(fake.target(), "x", 8).catch((error: Error) => error.message);
    expect(failure).to.equal(`${fake.url.origin} broke a stream off: the engine ended`);
  });

  it("tells what a server without the route answered, and when nothing answers", async () => {
    fake = await FakeServer.start("llama-server");
    const refusal = await fake
      .target()
      .get("/nowhere")
      .catch((error: Error) => error.message);
    expect(refusal).to.equal(`GET /nowhere of ${fake.url.origin} answered 404: {"error":"not here"}`);
    const silent = await openOther({ url: new URL("http://127.0.0.1:9"), shape: "llama-server" }, never).catch(
      (error: Error) => error.message,
    );
    expect(silent).to.equal("Nothing answers at http://127.0.0.1:9. Start that server first.");
  });
});
