/** The tokens that an engine tells are those of the text it gives. */
import { expect } from "chai";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import type { TokenScore } from "../../../src/server/engine/result.js";
import { sampleVocabulary } from "../../../src/server/models/sample/sample-language.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { type ChildRequest, EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { rawLogprobs } from "../../support/sampler-theory.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { writeChainModel } from "./chain-model.js";
import { rawTokens } from "./sample-theory.js";

const scoresOf = (run: ChildRequest): readonly TokenScore[] => run.pieces.flatMap(({ scores = [] }) => scores);
const textOf = (scores: readonly TokenScore[]): string => Buffer.from(scores.flatMap(({ bytes }) => bytes)).toString();

describe("the scores of an answer", () => {
  let child: EngineChild;
  const prompt = "Some soft kittens chased";
  const ask = (over: Partial<GenerationRequest> = {}): Promise<ChildRequest> =>
    child.run(rawRequest(prompt, { maxTokens: 24, temperature: 1, logprobs: 2, ...over }));

  before(async () => {
    const modelPath = await ensureSampleModel("sample", temporaryFolder());
    child = await EngineChild.load({ modelPath, slots: 4, context: 512 });
  });
  after(() => child.end());

  it("are one for each token, and exact", async () => {
    const run = await ask();
    const scores = scoresOf(run);
    expect(textOf(scores)).to.equal(run.text);
    expect(scores.length).to.equal(run.finished?.completionTokens);
    const context = rawTokens(prompt);
    for (const { id, logprob, top } of scores) {
      const exact = rawLogprobs("sample", context);
      expect(logprob).to.be.closeTo(exact[id] ?? 0, 1e-4);
      expect(top.map((one) => one.logprob)[0]).to.be.closeTo(Math.max(...exact), 1e-4);
      expect(top.length).to.equal(2);
      context.push(id);
    }
    expect(sampleVocabulary("sample").decode(scores.map(({ id }) => id))).to.equal(run.text);
  });

  it("are the same beside others, and with guesses; none where nobody asked", async () => {
    const asked = { seed: 4, exact: true };
    const alone = scoresOf(await ask(asked));
    const runs = await Promise.all([ask(asked), ask({ seed: 9 }), ask({ temperature: 0 })]);
    expect(scoresOf(runs[0] as ChildRequest)).to.deep.equal(alone);
    const grammar = 'root ::= ("The dog ran to the river. "){4}';
    const guessed = await ask({ grammar, maxTokens: 450 });
    expect(guessed.finished?.acceptedTokens).to.be.above(0);
    expect(textOf(scoresOf(guessed))).to.equal(guessed.text);
    expect(scoresOf(await ask({ logprobs: undefined }))).to.deep.equal([]);
  });

  it("leave out the tokens of a stop text, wherever it begins", async () => {
    const { text } = await ask({ seed: 8 });
    for (let at = 1; at < text.length - 3; at += 1) {
      const stop = text.slice(at, at + 3);
      const run = await ask({ seed: 8, stop: [stop] });
      const told = textOf(scoresOf(run));
      expect(told.startsWith(run.text), `${told} for ${run.text}`).to.equal(true);
      // a token that reaches into the stop text is told whole
      const last = scoresOf(run).at(-1)?.bytes.length ?? 0;
      expect(Buffer.byteLength(told) - Buffer.byteLength(run.text)).to.be.below(Math.max(1, last));
      expect(run.finished?.stopText).to.equal(stop);
    }
  });
});

describe("the scores of characters of several tokens", () => {
  const chain = "ж日🦙!";
  let child: EngineChild;
  before(async () => {
    child = await EngineChild.load({ modelPath: await writeChainModel(temporaryFolder(), chain), slots: 1 });
  });
  after(() => child.end());

  it("come with the whole character; those of one that is not finished never", async () => {
    for (let maxTokens = 1; maxTokens <= Buffer.byteLength(chain); maxTokens += 1) {
      const run = await child.run(rawRequest("\n", { maxTokens, logprobs: 0 }));
      expect(textOf(scoresOf(run))).to.equal(run.text);
    }
    const { text, pieces } = await child.run(rawRequest("\n", { maxTokens: 10, logprobs: 0, stop: ["🦙"] }));
    expect([text, textOf(pieces.flatMap(({ scores = [] }) => scores))]).to.deep.equal(["ж日", "ж日"]);
  });
});
