import { expect } from "chai";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { type ChildRequest, EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { writeChainModel, writeSentencePieceModel } from "./chain-model.js";

/** 19 bytes, all different, each of them one token. */
const chain = "ж日🦙€語ñ!";

describe("an engine whose model writes one byte a token", () => {
  let child: EngineChild;
  const say = (over: Partial<GenerationRequest> = {}): Promise<ChildRequest> =>
    child.run(rawRequest("\n", { maxTokens: 100, ...over }));

  before(async () => {
    child = await EngineChild.load({ modelPath: await writeChainModel(temporaryFolder(), chain), slots: 2 });
  });
  after(() => child.end());

  it("puts characters of any length together", async () => {
    const run = await say();
    expect(run.text).to.equal(chain);
    expect(run.finished).to.include({ reason: "stop", completionTokens: Buffer.byteLength(chain) });
    expect(run.pieces.at(-1)?.count).to.equal(Buffer.byteLength(chain));
  });

  it("keeps every whole character and no half one, wherever the limit falls", async () => {
    const bytes = Buffer.from(chain);
    const runs = Array.from(bytes, (_, index) => child.start(rawRequest("\n", { maxTokens: index + 1 })));
    await child.over(...runs);
    for (const [index, run] of runs.entries()) {
      expect(run.text).to.equal(
        bytes
          .subarray(0, index + 1)
          .toString()
          .replace(/\uFFFD$/, ""),
      );
      expect(run.finished).to.include({ reason: "length", completionTokens: index + 1 });
    }
  });

  it("stops at a multi-byte stop text and leaves it out", async () => {
    for (const stop of ["日", "🦙", "語", "ж日", "€語ñ"]) {
      const run = await say({ stop: [stop] });
      expect(run.text).to.equal(chain.slice(0, chain.indexOf(stop)));
      expect(run.finished?.reason).to.equal("stop");
    }
  });

  it("counts the tokens of the stop text, and none after it", async () => {
    expect((await say({ stop: ["日"] })).finished?.completionTokens).to.equal(Buffer.byteLength("ж日"));
  });

  it("gives back a begun stop text that does not complete", async () => {
    expect((await say({ stop: ["日🦙x", "!?"] })).text).to.equal(chain);
    expect((await say({ stop: ["日🦙x"], maxTokens: 9 })).text).to.equal("ж日🦙");
  });

  it("takes the stop text that is complete first", async () => {
    expect((await say({ stop: ["€語", "日🦙€", "🦙"] })).text).to.equal("ж日");
  });
});

describe("an engine whose model writes U+FFFD", () => {
  it("keeps the character that the model really wrote", async () => {
    const modelPath = await writeChainModel(temporaryFolder(), "a\uFFFD");
    const child = await EngineChild.load({ modelPath, slots: 1 });
    try {
      expect((await child.run(rawRequest("\n"))).text).to.equal("a\uFFFD");
      expect((await child.run(rawRequest("\n", { maxTokens: 3 }))).text).to.equal("a");
    } finally {
      await child.end();
    }
  });
});

describe("an engine whose words carry their blank in front", () => {
  let child: EngineChild;

  before(async () => {
    const modelPath = await writeSentencePieceModel(temporaryFolder(), [" sea", "side", " and", " sky"]);
    child = await EngineChild.load({ modelPath, slots: 1 });
  });
  after(() => child.end());

  it("keeps the first blank of an answer that goes on after a text", async () => {
    expect((await child.run(rawRequest("The"))).text).to.equal(" seaside and sky");
  });

  it("keeps it with a prompt of a single letter, and where the text is long", async () => {
    for (const prompt of ["T", "The ".repeat(60).trim()]) {
      expect((await child.run(rawRequest(prompt))).text).to.equal(" seaside and sky");
    }
  });

  it("finds a stop text that begins with the blank", async () => {
    expect((await child.run(rawRequest("The", { stop: [" and"] }))).text).to.equal(" seaside");
    expect((await child.run(rawRequest("The", { stop: [" sea"] }))).text).to.equal("");
  });
});
