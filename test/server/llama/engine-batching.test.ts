import { expect } from "chai";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { writeChainModel } from "./chain-model.js";
import { distanceFromGreedy, rawTokens, sameScore } from "./sample-theory.js";

const words = ["sea", "dog", "sky", "friend", "song", "river", "house", "day"];

describe("an engine with many streams", () => {
  it("makes as many decode calls for all streams as one stream has tokens, and no more messages", async () => {
    const modelPath = await writeChainModel(temporaryFolder(), "abc", true);
    const child = await EngineChild.load({ modelPath, slots: 16, context: 1024 });
    try {
      for (const streams of [1, 2, 4, 16]) {
        const before = await child.memory();
        const requests = Array.from({ length: streams }, () => rawRequest("x\n", { maxTokens: 300, exact: true }));
        const runs = await child.startTogether(requests);
        await child.over(...runs);
        const after = await child.memory();
        const rows = runs.reduce((sum, run) => sum + 3 - (run.started?.cachedTokens ?? 0) + 299, 0);
        expect(after.decodedRows - before.decodedRows).to.equal(rows);
        // each prompt has a call of its own, and one call more for each stream that arrived after the first row
        expect(after.decodes - before.decodes, `${streams} streams`).to.be.within(299 + streams, 298 + 2 * streams);
      }
      // and one message at most for each of them
      expect(child.of("step").length).to.be.at.most((await child.memory()).decodes);
    } finally {
      await child.end();
    }
  });

  it("keeps 16 requests with prompts of all lengths apart, over 4 and over 16 slots", async () => {
    const modelPath = await ensureSampleModel("sample", temporaryFolder());
    for (const slots of [4, 16]) {
      const child = await EngineChild.load({ modelPath, slots, prefillChunk: 24 });
      try {
        const prompts = Array.from({ length: 16 }, (_, n) =>
          ["The", ...Array.from({ length: 1 + 7 * n }, (_, k) => words[(n * 5 + k * 3) % words.length])].join(" "),
        );
        const runs = prompts.map((text) => child.start(rawRequest(text, { maxTokens: 20 })));
        await child.over(...runs);
        for (const [index, run] of runs.entries()) {
          expect(distanceFromGreedy(rawTokens(prompts[index] as string), run), prompts[index]).to.be.below(sameScore);
        }
        expect(new Set(runs.map((run) => run.started?.slot)).size).to.equal(slots);
      } finally {
        await child.end();
      }
    }
  });
});

describe("an engine with streams that run on", () => {
  let child: EngineChild;

  before(async () => {
    const modelPath = await writeChainModel(temporaryFolder(), "abc", true);
    child = await EngineChild.load({ modelPath, slots: 4, context: 8192, prefillChunk: 16 });
  });
  after(() => child.end());

  it("lets a request into a used slot meanwhile", async () => {
    const first = Array.from({ length: 4 }, (_, n) => child.start(rawRequest(`${n}`.repeat(9), { maxTokens: 2 })));
    await child.over(...first);
    const streams = [0, 1, 2].map((n) => child.start(rawRequest(`${n}`.repeat(9), { maxTokens: 8000, exact: true })));
    await child.until(() => streams.every((run) => run.pieces.length > 0) || undefined);
    // nothing in common with what any slot holds: its memory must be emptied while the others decode
    const late = await child.run(rawRequest("zzzzzzzzz", { maxTokens: 2 }));
    expect(late.finished?.completionTokens).to.equal(2);
    expect(streams.map((run) => run.isOver)).to.deep.equal([false, false, false]);
    for (const { id } of streams) child.send({ type: "cancel", id });
    await child.over(...streams);
  });

  it("lets them flow while a long prompt is read", async () => {
    const stream = child.start(rawRequest("x", { maxTokens: 8000, exact: true }));
    await child.until(() => stream.pieces.length > 0 || undefined);
    const long = child.start(rawRequest("y".repeat(3200), { maxTokens: 1 }));
    await child.until(() => long.started ?? undefined);
    const before = stream.pieces.at(-1)?.count ?? 0;
    await child.over(long);
    expect((stream.pieces.at(-1)?.count ?? 0) - before).to.be.at.least(3200 / 16 - 20);
    child.send({ type: "cancel", id: stream.id });
    await child.over(stream);
  });

  it("counts reading the prompt apart from making the answer", async () => {
    const { finished } = await child.run(rawRequest("w".repeat(3200), { maxTokens: 2 }));
    // 200 steps of reading, one of decoding
    expect(finished?.prefillMs).to.be.greaterThan(10 * (finished?.decodeMs ?? Number.POSITIVE_INFINITY));
    expect((await child.run(rawRequest("w", { maxTokens: 1 }))).finished?.decodeMs).to.equal(0);
  });

  it("routes a conversation back to the slot that holds it", async () => {
    const talks = ["m", "n", "o"].map((letter) => letter.repeat(40));
    const first = talks.map((text) => child.start(rawRequest(text, { maxTokens: 2 })));
    await child.over(...first);
    for (const index of [2, 0, 1]) {
      const again = await child.run(rawRequest(`${talks[index]}q`, { maxTokens: 2 }));
      expect(again.started?.slot).to.equal(first[index]?.started?.slot);
      expect(again.started?.cachedTokens).to.equal(41);
    }
  });

  it("finds nothing of another key's conversation in any slot", async () => {
    const text = "the plan is called blue harbour and begins in march";
    await child.run(rawRequest(text, { maxTokens: 2 }), "one");
    const guess = await child.run(rawRequest(text, { maxTokens: 2 }), "other");
    const again = await child.run(rawRequest(text, { maxTokens: 2 }), "other");
    expect(guess.started?.cachedTokens).to.equal(0);
    expect(again.started?.cachedTokens).to.be.greaterThan(40);
  });
});
