import { expect } from "chai";
import type { GenerationRequest, Message } from "../../../src/server/engine/request.js";
import { joinPieces } from "../../../src/server/engine/result.js";
import { callingScript, switchTool, weatherTool } from "../../support/calling-scripts.js";
import { type ChildRequest, EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { writeScriptedModel } from "../../support/scripted-model.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const tools = [weatherTool, switchTool];
const end = "<|im_end|>";
const messages: readonly Message[] = [{ role: "user", content: "How warm is it?" }];
const request = (over: Partial<GenerationRequest> = {}): GenerationRequest =>
  rawRequest("", { input: { kind: "chat", messages }, maxTokens: 300, tools, ...over });

/** An engine with a model that says this, with the template of Qwen 2.5 or of another. */
async function saying(
  text: string,
  { template = "Qwen-Qwen2.5-7B-Instruct", userDefined = [] }: { template?: string; userDefined?: string[] } = {},
): Promise<EngineChild> {
  const script = callingScript(template, text, { userDefined, end });
  const modelPath = await writeScriptedModel(temporaryFolder(), "says", script);
  return EngineChild.load({ modelPath, slots: 2, context: 4096 });
}

const said = ({ pieces, finished, failed }: ChildRequest) => {
  const { text, toolCalls, reasoning, scores } = joinPieces(pieces);
  expect(failed).to.equal(null);
  const calls = toolCalls.map(({ name, arguments: json }) => [name, json] as const);
  return { text, calls, reasoning, scores, reason: finished?.reason, warnings: finished?.warnings };
};
const switched = (calls: readonly (readonly [string, string])[]): void => {
  for (const [name, json] of calls) {
    expect(name).to.equal("switch");
    expect(JSON.parse(json).to).to.be.oneOf(["on", "off"]);
  }
};

describe("an engine whose model only talks", function () {
  this.timeout(120_000);
  let child: EngineChild;
  before(async () => {
    child = await saying("It is warm.");
  });
  after(() => child.end());

  it("calls nothing where it may choose", async () => {
    const { text, calls, reason } = said(await child.run(request()));
    expect([text, calls, reason]).to.deep.equal(["It is warm.", [], "stop"]);
  });

  it("calls the tool that is named, and no other, once", async () => {
    const { text, calls, reason } = said(await child.run(request({ toolChoice: { name: "switch" } })));
    expect([text, calls.length, reason]).to.deep.equal(["", 1, "toolCalls"]);
    switched(calls);
  });

  it("calls some tool where it has to, as often as it may", async () => {
    const { text, calls, reason } = said(
      await child.run(request({ tools: [switchTool], toolChoice: "required", parallelToolCalls: false })),
    );
    expect([text, calls.length, reason]).to.deep.equal(["", 1, "toolCalls"]);
    switched(calls);
  });

  it("obeys a grammar of its answer where it calls nothing", async () => {
    const grammar = 'root ::= "It is " [0-9] "."';
    const { text, calls } = said(await child.run(request({ grammar, tools: [switchTool] })));
    expect(text).to.match(/^It is \d\.$/);
    expect(calls).to.deep.equal([]);
  });

  it("is not told of tools that it must not call", async () => {
    const none = await child.run(request({ toolChoice: "none" }));
    const bare = await child.run(request({ tools: [] }));
    expect(none.started?.promptTokens).to.equal(bare.started?.promptTokens);
    expect(said(none)).to.deep.include({ text: "It is warm.", calls: [], warnings: [] });
  });
});

describe("an engine whose model calls two tools", function () {
  this.timeout(120_000);
  const calls = [
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Zürich", "days": 3}}\n</tool_call>',
    '\n<tool_call>\n{"name":"switch","arguments":{"to":"on"}}\n</tool_call>',
  ];
  let child: EngineChild;
  before(async () => {
    child = await saying(`Wait: ${calls.join("")}`);
  });
  after(() => child.end());

  it("gives both, each in pieces of its own, the first with id and name", async () => {
    const run = await child.run(request());
    expect(said(run)).to.deep.include({
      text: "Wait:",
      calls: [
        ["get_weather", '{"city": "Zürich", "days": 3}'],
        ["switch", '{"to":"on"}'],
      ],
      reason: "toolCalls",
    });
    const pieces = run.pieces.flatMap(({ call }) => (call === undefined ? [] : [call]));
    const firsts = pieces.filter(({ id }) => id !== undefined);
    expect(firsts.map(({ index, name }) => [index, name])).to.deep.equal([
      [0, "get_weather"],
      [1, "switch"],
    ]);
    expect(new Set(firsts.map(({ id }) => id)).size).to.equal(2);
    for (const piece of pieces) expect(piece.id === undefined).to.equal(piece.name === undefined);
  });

  it("gives the first only where one is allowed", async () => {
    const { calls: own, reason } = said(await child.run(request({ parallelToolCalls: false })));
    expect([own.map(([name]) => name), reason]).to.deep.equal([["get_weather"], "toolCalls"]);
  });

  it("tells a call that the limit cut as far as it came", async () => {
    const whole = await child.run(request());
    for (let maxTokens = 1; maxTokens < (whole.finished?.completionTokens ?? 0); maxTokens += 3) {
      const { calls: own, reason } = said(await child.run(request({ maxTokens })));
      expect(reason).to.equal("length");
      for (const [at, [, json]] of own.entries()) {
        expect(['{"city": "Zürich", "days": 3}', '{"to":"on"}'][at]?.startsWith(json), json).to.equal(true);
      }
    }
  });

  it("is not ended by a stop text within a call, and is by one in front of it", async () => {
    expect(said(await child.run(request({ stop: ["city", "days"] }))).calls).to.have.length(2);
    expect(said(await child.run(request({ stop: [":"] })))).to.deep.include({
      text: "Wait",
      calls: [],
      reason: "stop",
    });
  });

  it("tells how probable the words were, and says nothing of the call", async () => {
    const { scores } = said(await child.run(request({ logprobs: 0 })));
    const bytes = (scores ?? []).flatMap((score) => [...score.bytes]);
    expect(Buffer.from(bytes).toString()).to.equal("Wait: ");
  });

  it("gives calls as text where no tools were offered", async () => {
    const { text, calls: own, reason } = said(await child.run(request({ tools: [] })));
    expect([text, own, reason]).to.deep.equal([`Wait: ${calls.join("")}`, [], "stop"]);
  });
});

describe("an engine whose model begins a call of a tool that is not there", function () {
  this.timeout(120_000);
  let child: EngineChild;
  before(async () => {
    child = await saying('<tool_call>\n{"name": "rm_rf", "arguments": {"all": true}}\n</tool_call>');
  });
  after(() => child.end());

  it("makes it a call of one that is", async () => {
    const { text, calls, reason } = said(await child.run(request({ tools: [switchTool], parallelToolCalls: false })));
    expect([text, reason]).to.deep.equal(["", "toolCalls"]);
    switched(calls);
    expect(calls).to.have.length(1);
  });
});

describe("an engine whose model thinks and talks", function () {
  this.timeout(120_000);
  let child: EngineChild;
  before(async () => {
    const template = "Qwen-Qwen3-0.6B";
    child = await saying("<think>\nHm so\n</think>\n\nIt is warm.", { template, userDefined: ["<think>", "</think>"] });
  });
  after(() => child.end());

  it("thinks freely before it calls what it has to", async () => {
    const run = await child.run(request({ toolChoice: { name: "switch" } }));
    const { text, calls, reasoning, reason } = said(run);
    expect([text, calls.length, reason]).to.deep.equal(["", 1, "toolCalls"]);
    expect(reasoning).to.equal("Hm so");
    switched(calls);
  });

  it("leaves the thought in the text where that is wanted, and tells the call all the same", async () => {
    const run = await child.run(request({ toolChoice: { name: "switch" }, reasoning: "inline" }));
    const { text, calls } = said(run);
    expect(text.trim()).to.equal("<think>\nHm so\n</think>");
    switched(calls);
  });
});

describe("an engine whose model's template knows no tools", function () {
  this.timeout(120_000);
  let child: EngineChild;
  before(async () => {
    const template = "microsoft-Phi-3.5-mini-instruct";
    child = await saying('<tool_call>{"name":"switch","arguments":{"to":"off"}}</tool_call>', { template });
  });
  after(() => child.end());

  it("is told of them in words, calls them, and says so", async () => {
    const { calls, warnings } = said(await child.run(request()));
    expect(calls).to.deep.equal([["switch", '{"to":"off"}']]);
    expect(warnings?.[0]).to.match(/^The model's chat template knows no tools/);
  });
});
