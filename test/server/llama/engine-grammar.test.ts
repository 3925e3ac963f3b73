/** Grammars in a real engine: with the sample model. */
import { expect } from "chai";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { sampleVocabulary } from "../../../src/server/models/sample/sample-language.js";
import { ensureSampleModel } from "../../../src/server/models/sample/sample-models.js";
import { type ChildRequest, EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { temporaryFolder } from "../../support/temp-folder.js";

describe("an answer under a grammar", function () {
  this.timeout(60_000);
  let child: EngineChild;
  const ask = (grammar: string, over: Partial<GenerationRequest> = {}): Promise<ChildRequest> =>
    child.run(rawRequest("The dog", { grammar, maxTokens: 60, temperature: 1, ...over }));

  before(async () => {
    const modelPath = await ensureSampleModel("sample", temporaryFolder());
    child = await EngineChild.load({ modelPath, slots: 4, context: 512 });
  });
  after(() => child.end());

  it("is what the grammar allows, and ends where it does", async () => {
    for (let seed = 0; seed < 20; seed += 1) {
      const run = await ask('root ::= "yes" | "no" | [0-9]{3} "€"', { seed });
      expect(run.text).to.match(/^(yes|no|\d{3}€)$/);
      expect(run.finished?.reason).to.equal("stop");
    }
  });

  it("may go on where the grammar may, and ends by itself or at the limit", async () => {
    const reasons = new Set<string | undefined>();
    for (let seed = 0; seed < 20; seed += 1) {
      const run = await ask('root ::= ("a" | " dog")+', { seed, maxTokens: 6 });
      expect(run.text).to.match(/^(a| dog)*(a| dog?| d| )$/);
      reasons.add(run.finished?.reason);
    }
    expect([...reasons]).to.include("length");
  });

  it("has no end before min_tokens but where nothing may follow, and none by the model with ignore_eos", async () => {
    for (let seed = 0; seed < 10; seed += 1) {
      const least = await ask('root ::= "a"+', { seed, minTokens: 5, maxTokens: 8 });
      expect(least.finished?.completionTokens).to.be.within(5, 8);
      expect((await ask('root ::= "yes"', { seed, minTokens: 50 })).text).to.equal("yes");
      const never = await ask('root ::= "a"+', { seed, ignoreEos: true, maxTokens: 8 });
      expect(never.finished).to.include({ reason: "length", completionTokens: 8 });
    }
  });

  it("is the same with the same seed, alone and beside others", async () => {
    const grammar = "root ::= ([a-z]+ [ .!])+";
    const asked = { seed: 11, exact: true, maxTokens: 30 };
    const alone = await ask(grammar, asked);
    const runs = await Promise.all([ask(grammar, asked), ask('root ::= "a"+'), ask(grammar, { seed: 2 })]);
    expect(runs[0]?.text).to.equal(alone.text);
    expect(alone.text).to.match(/^([a-z]+[ .!]?)+$/);
  });

  it("is the same when what follows is guessed", async () => {
    const grammar = 'root ::= ("The dog ran to the river. "){4}';
    const run = await ask(grammar, { temperature: 0, maxTokens: 450 });
    expect(run.text).to.equal("The dog ran to the river. ".repeat(4));
    expect(run.finished?.reason).to.equal("stop");
    expect(run.finished?.acceptedTokens).to.be.above(0);
    const exact = await ask(grammar, { temperature: 0, maxTokens: 450, exact: true });
    expect([exact.text, exact.finished?.draftTokens]).to.deep.equal([run.text, 0]);
  });

  it("leaves nothing of a grammar to the request after it, and refuses what is none", async () => {
    const free = (): Promise<ChildRequest> => child.run(rawRequest("The dog", { maxTokens: 8 }));
    const before = await free();
    for (let slot = 0; slot < 4; slot += 1) await ask('root ::= "yes"');
    expect((await free()).text).to.equal(before.text);
    const { failed } = await ask('root ::= "a');
    expect(failed).to.include({ code: "invalid_request" });
    expect(failed?.message).to.contain("grammar");
    expect((await free()).text).to.equal(before.text);
  });

  it("fails in words where a bias forbids all that the grammar allows", async () => {
    const vocabulary = sampleVocabulary("sample");
    const tokens = Array.from({ length: vocabulary.size }, (_, token) => token);
    const logitBias = tokens
      .filter((token) => vocabulary.decode([token]).startsWith("q"))
      .map((token) => [token, -100] as const);
    for (const over of [{ temperature: 1 }, { temperature: 0 }, { topK: 3 }, { topP: 0.9, logprobs: 1 }]) {
      const { failed } = await ask('root ::= "q"', { logitBias, ...over });
      expect(failed).to.include({ code: "invalid_request" });
      expect(failed?.message).to.contain("logit_bias");
    }
    expect((await ask('root ::= "q"')).text).to.equal("q");
  });

  it("takes a stop text, and says which one ended it", async () => {
    const run = await ask('root ::= "one, two, three"', { stop: ["zero", ", t"] });
    expect([run.text, run.finished?.reason, run.finished?.stopText]).to.deep.equal(["one", "stop", ", t"]);
    expect((await ask('root ::= "one"', { stop: ["zero"] })).finished?.stopText).to.equal(undefined);
  });
});
