/** A model that thinks, from its file to a cell. */
import { mkdirSync } from "node:fs";
import { expect } from "chai";
import { connectLab } from "../../src/notebook/lab/connect-lab.js";
import type { Lab } from "../../src/notebook/lab/lab.js";
import { type RealServer, startRealServer } from "../support/real-server.js";
import { writeScriptedModel } from "../support/scripted-model.js";
import { openStream } from "../support/stream-reader.js";
import { expectedAnswer, expectedThought, thinkingScripts } from "../support/thinking-scripts.js";

const messages = [{ role: "user", content: "Hi" }] as const;
const names = ["opened-by-the-prompt", "channels"] as const;

describe("a model that thinks, behind the server", function () {
  this.timeout(90_000);
  let server: RealServer;
  let lab: Lab;

  before(async () => {
    server = await startRealServer({ model: "none" });
    mkdirSync(server.settings.modelsDir, { recursive: true });
    for (const script of thinkingScripts.filter(({ name }) => names.some((one) => one === name))) {
      await writeScriptedModel(server.settings.modelsDir, script.name, script);
    }
    lab = await connectLab(`http://127.0.0.1:${server.port}`);
  });
  after(async () => {
    await lab.stop();
    await server.stop();
  });

  for (const model_id of names) {
    it(`answers beside its thought: ${model_id}`, async () => {
      const { json, status } = await server.post("/chat", { model_id, messages, max_length: 60 });
      expect(status, JSON.stringify(json)).to.equal(200);
      expect(json.choices[0]).to.deep.equal({
        index: 0,
        message: { role: "assistant", content: expectedAnswer, reasoning_content: expectedThought },
        finish_reason: "stop",
      });
      expect(json.usage.completion_tokens).to.be.above(json.usage.completion_tokens_details.reasoning_tokens);
      expect(json.usage.completion_tokens_details.reasoning_tokens).to.be.at.least(2);
      const asked = { prompt: "Hi", system_prompt: "Be brief.", model_id, max_length: 60 };
      expect((await server.post("/generate", asked)).json).to.include({
        response: expectedAnswer,
        reasoning_content: expectedThought,
      });
    });

    it(`streams both, each in its place: ${model_id}`, async () => {
      const body = { model_id, messages, max_length: 60, stream: true };
      const stream = await openStream(server.port, "/chat", body, { Accept: "text/event-stream" });
      const lines = (await stream.end()).split("\n\n").filter((line) => line.startsWith("data: {"));
      const frames = lines.map((line) => JSON.parse(line.slice(6)).choices[0]);
      const joined = (name: string): string => frames.map(({ delta }) => delta[name] ?? "").join("");
      expect([joined("reasoning_content"), joined("content")]).to.deep.equal([expectedThought, expectedAnswer]);
      expect(frames.at(-1).finish_reason).to.equal("stop");
      const firstContent = frames.findIndex(({ delta }) => delta.content);
      expect(frames.slice(firstContent).some(({ delta }) => delta.reasoning_content)).to.equal(false);
    });

    it(`ends a thought whose budget is spent, and says when a limit left no answer: ${model_id}`, async () => {
      const ask = (over: object) => server.post("/chat", { model_id, messages, max_length: 60, ...over });
      const { json } = await ask({ reasoning_budget: 1 });
      expect(json.choices[0].message).to.deep.equal({
        role: "assistant",
        content: expectedAnswer,
        reasoning_content: "Okay",
      });
      const cut = (await ask({ max_length: 2 })).json;
      expect(cut.choices[0]).to.deep.include({ finish_reason: "length" });
      expect(cut.warnings.join()).to.match(/within a thought, so there is no text/);
    });

    it(`says how it marks thoughts, and that exactness asked for by name cannot be had: ${model_id}`, async () => {
      const ask = (over: object) => server.post("/chat", { model_id, messages, max_length: 2, ...over });
      expect((await ask({ exact: true })).json.warnings.join()).to.include("exact cannot be had of this model.");
      expect((await ask({ seed: 1 })).json.warnings.join()).to.not.include("exact");
      const script = thinkingScripts.find(({ name }) => name === model_id);
      const { reasoning } = (await server.post("/models/load", { model_id })).json.model;
      expect(reasoning.source).to.be.a("string");
      for (const marker of reasoning.markers) expect(JSON.stringify(script)).to.include(marker);
      expect(reasoning.markers).to.not.be.empty;
    });

    it(`gives a cell its thought and its answer: ${model_id}`, async () => {
      const answer = await lab.chat("Hi", { model_id, max_length: 60 });
      expect(answer).to.include({ text: expectedAnswer, reasoning: expectedThought, finish_reason: "stop" });
      const inline = await lab.chat("Hi", { model_id, max_length: 60, reasoning: "inline" });
      expect(inline.reasoning).to.equal(null);
      expect(inline.text).to.include(expectedThought).and.include(expectedAnswer);
      const conversation = lab.conversation();
      await conversation.say("Hi", { model_id, max_length: 60 });
      expect((await conversation.say("Go on", { model_id, max_length: 60 })).text).to.equal(expectedAnswer);
      expect(conversation.history[1]).to.have.property("reasoning_content", expectedThought);
    });
  }
});
