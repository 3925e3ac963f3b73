import { expect } from "chai";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { type ChildRequest, EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { writeScriptedModel } from "../../support/scripted-model.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { expectedAnswer, expectedThought, thinkingScripts } from "../../support/thinking-scripts.js";

const question = { kind: "chat", messages: [{ role: "user", content: "Hi" }] } as const;

for (const script of thinkingScripts) {
  describe(`an engine whose model thinks in the form "${script.name}"`, () => {
    let child: EngineChild;
    const ask = (over: Partial<GenerationRequest> = {}): Promise<ChildRequest> =>
      child.run(rawRequest("", { input: question, maxTokens: 100, ...over }));

    before(async () => {
      const modelPath = await writeScriptedModel(temporaryFolder(), script.name, script);
      child = await EngineChild.load({ modelPath, slots: 1 });
    });
    after(() => child.end());

    it("gives the thought beside the answer, and every token of both as tokens of the answer", async () => {
      const run = await ask();
      expect([run.reasoning, run.text]).to.deep.equal([expectedThought, expectedAnswer]);
      expect(run.finished).to.include({ reason: "stop", completionTokens: script.says.length });
      expect(run.finished?.reasoningTokens).to.be.within(2, script.says.length - 5);
      expect(run.pieces.every(({ text, reasoning }) => text === "" || reasoning === undefined)).to.equal(true);
    });

    it("leaves it in the text, tags and all, when asked to", async () => {
      const run = await ask({ reasoning: "inline" });
      expect([run.reasoning, run.text]).to.deep.equal(["", script.inline]);
      expect(run.finished?.reason).to.equal("stop");
    });

    it("lets stop texts act on the answer, not on the thought", async () => {
      const run = await ask({ stop: ["so", "there"] });
      expect([run.reasoning, run.text]).to.deep.equal([expectedThought, "Hello "]);
      expect(run.finished?.reason).to.equal("stop");
      expect((await ask({ stop: ["so"], reasoning: "inline" })).text).to.equal(script.inline.split("so")[0]);
    });

    it("obeys a grammar in the answer, which ends where the grammar does, and is free in the thought", async () => {
      const whole = await ask({ grammar: 'root ::= "Hello" [^\\n]*' });
      expect([whole.reasoning, whole.text]).to.deep.equal([expectedThought, expectedAnswer]);
      const short = await ask({ grammar: 'root ::= "Hello" " there"' });
      expect([short.reasoning, short.text]).to.deep.equal([expectedThought, "Hello there"]);
      expect(short.finished?.reason).to.equal("stop");
    });

    it("is told with the scores of what it says, and of nothing else", async () => {
      const { pieces } = await ask({ logprobs: 1 });
      const bytes = pieces.flatMap(({ scores = [] }) => scores.flatMap((score) => [...score.bytes]));
      expect(Buffer.from(bytes).toString()).to.equal(expectedAnswer);
    });

    it("says nothing else, wherever the limit falls", async () => {
      for (let maxTokens = 1; maxTokens < script.says.length; maxTokens += 1) {
        const run = await ask({ maxTokens });
        expect(run.finished).to.include({ reason: "length", completionTokens: maxTokens });
        // a tag that the limit cut through is text
        const isTag = run.text !== "" && script.inline.startsWith(run.text);
        expect(isTag || expectedAnswer.startsWith(run.text), run.text).to.equal(true);
        if (run.text !== "" && !isTag) expect(run.reasoning).to.equal(expectedThought);
      }
    });

    it("closes the thought when its budget is spent, and goes on with the answer", async () => {
      const run = await ask({ reasoningBudget: 1 });
      expect(run.text).to.equal(expectedAnswer);
      expect(run.finished?.reason).to.equal("stop");
      expect(expectedThought.startsWith(run.reasoning), run.reasoning).to.equal(true);
      expect(run.reasoning.length).to.be.below(expectedThought.length);
    });

    it("answers without a thought when there is no budget for one", async () => {
      const run = await ask({ reasoningBudget: 0 });
      expect([run.reasoning, run.text]).to.deep.equal(["", expectedAnswer]);
      expect(run.finished?.reason).to.equal("stop");
    });

    it("closes it in the text as well, tags and all", async () => {
      const run = await ask({ reasoningBudget: 1, reasoning: "inline" });
      expect(run.text).to.include(expectedAnswer);
      expect(run.text).to.not.include(expectedThought);
    });

    it("thinks to its end within a budget that is not spent", async () => {
      const run = await ask({ reasoningBudget: 50 });
      expect([run.reasoning, run.text]).to.deep.equal([expectedThought, expectedAnswer]);
    });

    it("leaves a text that is continued alone", async () => {
      const run = await child.run(rawRequest("Hi", { maxTokens: 100, reasoning: "inline" }));
      expect(run.reasoning).to.equal("");
      expect(run.text).to.include("Okay so");
    });
  });
}
