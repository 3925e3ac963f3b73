import { expect } from "chai";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { writeChainModel } from "./chain-model.js";

const long = { maxTokens: 8000 };

describe("cancelling in an engine with one slot", () => {
  let child: EngineChild;

  beforeEach(async () => {
    const modelPath = await writeChainModel(temporaryFolder(), "aж", true);
    child = await EngineChild.load({ modelPath, slots: 1, context: 8192, prefillChunk: 16 });
  });
  afterEach(() => child.end());

  it("ends a stream with all of its text, and the slot is free", async () => {
    const run = child.start(rawRequest("x", { ...long, stop: ["жaжb"] }));
    await child.until(() => run.pieces.length > 2 || undefined);
    child.send({ type: "cancel", id: run.id });
    await child.over(run);
    expect(run.finished?.reason).to.equal("cancelled");
    const wholeCharacters = Buffer.from("aж".repeat(8000)).subarray(0, run.finished?.completionTokens);
    expect(run.text).to.equal(wholeCharacters.toString().replace(/\uFFFD$/, ""));
    expect((await child.run(rawRequest("x", { maxTokens: 2 }))).finished?.reason).to.equal("length");
  });

  it("ends the reading of a prompt after the piece at hand", async () => {
    const run = child.start(rawRequest("x".repeat(8000), long));
    await child.until(() => run.started ?? undefined);
    child.send({ type: "cancel", id: run.id });
    await child.over(run);
    expect(run.finished).to.include({ reason: "cancelled", completionTokens: 0 });
    expect(run.text).to.equal("");
    expect((await child.memory()).decodedRows).to.be.below(4000);
  });

  it("takes a waiting request out of the line without running it", async () => {
    const stream = child.start(rawRequest("x", long));
    const waiting = child.start(rawRequest("y"));
    await child.until(() => stream.pieces.length > 0 || undefined);
    child.send({ type: "cancel", id: waiting.id });
    await child.over(waiting);
    expect(waiting.finished).to.include({ reason: "cancelled", completionTokens: 0 });
    expect(waiting.started).to.equal(null);
    expect(stream.isOver).to.equal(false);
  });

  it("ignores ids that are unknown or over", async () => {
    const run = await child.run(rawRequest("x", { maxTokens: 2 }));
    child.send({ type: "cancel", id: run.id });
    child.send({ type: "cancel", id: 999 });
    const next = await child.run(rawRequest("x", { maxTokens: 2 }));
    expect(next.finished?.reason).to.equal("length");
  });

  it("survives many cancels at any moment", async () => {
    for (let round = 0; round < 60; round += 1) {
      const run = child.start(rawRequest("x".repeat(1 + ((round * 37) % 200)), long));
      if (round % 3 === 0) await child.until(() => run.started ?? undefined);
      if (round % 3 === 1) await child.until(() => run.pieces.length > round % 5 || undefined);
      child.send({ type: "cancel", id: run.id });
      await child.over(run);
      expect(run.finished?.reason).to.equal("cancelled");
    }
    expect((await child.run(rawRequest("x", { maxTokens: 4 }))).text).to.equal("aжa");
  });

  it("cancels what runs and waits when told to stop, then ends", async () => {
    const runs = [child.start(rawRequest("x", long)), child.start(rawRequest("y", long))];
    await child.until(() => (runs[0]?.pieces.length ?? 0) > 0 || undefined);
    child.send({ type: "stop" });
    await child.over(...runs);
    expect(runs.map((run) => run.finished?.reason)).to.deep.equal(["cancelled", "cancelled"]);
    expect(await child.gone()).to.equal(0);
  });

  it("ends as soon as it goes on when the channel closed while it was stopped", async () => {
    const run = child.start(rawRequest("x", long));
    await child.until(() => run.pieces.length > 0 || undefined);
    child.process.kill("SIGSTOP");
    child.process.disconnect();
    child.process.kill("SIGCONT");
    expect(await child.gone()).to.equal(0);
  });

  it("ends in mid-stream when the channel closes", async () => {
    const run = child.start(rawRequest("x", long));
    await child.until(() => run.pieces.length > 0 || undefined);
    expect(await child.end()).to.equal(0);
  });
});
