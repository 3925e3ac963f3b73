import { expect } from "chai";
import { Generation, GenerationDriver, type GenerationResult } from "../../../src/server/engine/generation.js";

const result: GenerationResult = {
  text: "ab",
  finishReason: "stop",
  model: "sample",
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3, prompt_tokens_details: { cached_tokens: 0 } },
  timings: { queue_ms: 0, prefill_ms: 0, decode_ms: 0, time_to_first_token_ms: 0, total_ms: 0, tokens_per_second: 0 },
  maxTokens: 8,
  timedOut: false,
};

async function collect(generation: Generation): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of generation) pieces.push(piece);
  return pieces;
}

function running(): { driver: GenerationDriver; generation: Generation } {
  const driver = new GenerationDriver();
  driver.begin(1, 8);
  return { driver, generation: new Generation(driver) };
}

describe("Generation", () => {
  it("gives every piece to a late reader", async () => {
    const { driver, generation } = running();
    driver.push("a", 1);
    driver.push("b", 2);
    driver.finish(result);
    expect(await collect(generation)).to.deep.equal(["a", "b"]);
    expect(await collect(generation)).to.deep.equal(["a", "b"]);
  });

  it("gives pieces as they come and can be awaited as well", async () => {
    const { driver, generation } = running();
    const pieces = collect(generation);
    driver.push("a", 1);
    await Promise.resolve();
    driver.push("b", 2);
    driver.finish(result);
    expect(await pieces).to.deep.equal(["a", "b"]);
    expect((await generation).text).to.equal("ab");
  });

  it("is cancelled by leaving the loop, and tells its maker once", async () => {
    const { driver, generation } = running();
    const reasons: string[] = [];
    driver.onCancel = (reason) => reasons.push(reason);
    driver.push("a", 1);
    for await (const _piece of generation) break;
    generation.cancel("request");
    expect(reasons).to.deep.equal(["client"]);
    expect(generation.state).to.equal("cancelled");
  });

  it("throws its failure out of the loop after the pieces it had", async () => {
    const { driver, generation } = running();
    driver.push("a", 1);
    const pieces: string[] = [];
    const failure = (async () => {
      for await (const piece of generation) pieces.push(piece);
    })();
    driver.fail(new Error("gone"));
    expect(await failure.catch((error: Error) => error.message)).to.equal("gone");
    expect(pieces).to.deep.equal(["a"]);
  });

  it("rejects `started` when it fails before it started", async () => {
    const driver = new GenerationDriver();
    const generation = new Generation(driver);
    driver.fail(new Error("full"));
    expect(await generation.started.catch((error: Error) => error.message)).to.equal("full");
  });

  it("does not change once it ended", async () => {
    const { driver, generation } = running();
    driver.finish(result);
    driver.fail(new Error("late"));
    driver.push("late", 9);
    generation.cancel();
    expect(generation.state).to.equal("done");
    expect((await generation).text).to.equal("ab");
    expect(await collect(generation)).to.deep.equal([]);
  });

  it("says that the server stops when the server cancelled it", async () => {
    const { generation } = running();
    generation.cancel("shutdown");
    const error = await generation.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.include({ code: "shutting_down", retryAfterSeconds: 5 });
  });
});
