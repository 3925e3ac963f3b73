/** Tools, and the form of an answer, in Anthropic's Messages API. */
import { expect } from "chai";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { messagesBody } from "../../../src/server/schema/anthropic-messages.js";
import { countTokensBody } from "../../../src/server/schema/count-tokens.js";

const ask = { model: "m", max_tokens: 16, messages: [{ role: "user", content: "Hi" }] };
const tool = (name: string, more: object = {}): object => ({
  name,
  description: "Weather",
  input_schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  ...more,
});
const read = (body: object): GenerationRequest => messagesBody.read({ ...ask, ...body }).requests[0]!;
const warningsOf = (body: object): readonly string[] => messagesBody.read({ ...ask, ...body }).warnings;

describe("tools of Anthropic's API", () => {
  it("come to the engine with the grammar of their arguments", () => {
    const [first, second] =
      read({ tools: [tool("get_weather"), tool("now", { type: "custom", description: null })] }).tools ?? [];
    expect(first).to.deep.include({ name: "get_weather", description: "Weather" });
    expect(first?.parameters).to.deep.include({ required: ["city"] });
    expect(first?.grammar)
      .to.match(/^root ::=/m)
      .and.to.contain("city");
    expect(second).not.to.have.property("description");
    expect(read({}).tools).to.equal(undefined);
  });

  const choices = [
    [{ type: "auto" }, "auto", undefined],
    [{ type: "any" }, "required", undefined],
    [{ type: "none" }, "none", undefined],
    [{ type: "tool", name: "now" }, { name: "now" }, undefined],
    [{ type: "auto", disable_parallel_tool_use: true }, "auto", false],
    [{ type: "tool", name: "now", disable_parallel_tool_use: false }, { name: "now" }, undefined],
  ] as const;
  for (const [choice, toolChoice, parallel] of choices) {
    it(`are chosen by ${JSON.stringify(choice)}`, () => {
      const request = read({ tools: [tool("get_weather"), tool("now")], tool_choice: choice });
      expect([request.toolChoice, request.parallelToolCalls]).to.deep.equal([toolChoice, parallel]);
    });
  }

  const refused: readonly (readonly [body: object, param: string, words: RegExp])[] = [
    [{ tools: [{ type: "web_search_20250305", name: "web_search" }] }, "tools[0].type", /cannot be had here/],
    [{ tools: [{ type: "bash_20250124", name: "bash" }] }, "tools[0].type", /"bash_20250124"/],
    [{ tools: [{ name: "go" }] }, "tools[0].input_schema", /missing/],
    [{ tools: [tool("no spaces")] }, "tools[0].name", /letters/],
    [{ tools: [tool("a"), tool("a")] }, "tools", /Two tools/],
    [
      { tools: [tool("a", { strict: true, input_schema: { type: "object", if: {} } })] },
      "tools[0].input_schema",
      /"if"/,
    ],
    [{ tools: [tool("a")], tool_choice: { type: "tool", name: "b" } }, "tool_choice", /none of tools/],
    [{ tools: [tool("a")], tool_choice: { type: "required" } }, "tool_choice.type", /"any"/],
    [{ tool_choice: { type: "any" } }, "tool_choice", /no tools/],
    [{ output_config: { format: { type: "json_schema", schema: { if: {} } } } }, "output_config.format.schema", /"if"/],
    [{ output_format: { type: "json_schema", schema: { if: {} } } }, "output_format.schema", /"if"/],
    [{ output_config: { effort: "deep" } }, "output_config.effort", /"low"/],
  ];
  for (const [body, param, words] of refused) {
    it(`are refused by ${param}: ${JSON.stringify(body).slice(0, 90)}`, () => {
      expect(() => read(body))
        .to.throw(words)
        .with.property("param", param);
    });
  }

  it("say what of them is not read", () => {
    expect(warningsOf({ tools: [tool("a", { strict: true, eager_input_streaming: true })] })).to.deep.equal([]);
    expect(warningsOf({ tools: [tool("a", { input_examples: [] })] })).to.deep.equal([
      'Unknown fields are ignored: "tools[0].input_examples".',
    ]);
    expect(warningsOf({ tools: [tool("a", { cache_control: { type: "ephemeral" } })] }).join()).to.match(
      /^cache_control has/,
    );
  });

  it("are counted with the conversation", () => {
    const { max_tokens: _most, ...rest } = ask;
    const { tools, warnings } = countTokensBody.read({ ...rest, tools: [tool("a")], tool_choice: { type: "any" } });
    expect([tools?.map(({ name }) => name), warnings]).to.deep.equal([["a"], []]);
  });
});

describe("the form of an answer of Anthropic's API", () => {
  const schema = { type: "object", properties: { age: { type: "integer" } }, required: ["age"] };

  it("is a grammar of its schema, under its new and its old name", () => {
    const format = { type: "json_schema", schema };
    expect(read({ output_config: { format } }).grammar).to.contain("age");
    expect(read({ output_format: format }).grammar).to.equal(read({ output_config: { format } }).grammar);
  });

  it("limits thoughts by words, which a budget overrules", () => {
    expect(read({ output_config: { effort: "low" } }).reasoningBudget).to.be.a("number");
    const thinking = { type: "enabled", budget_tokens: 7 };
    expect(read({ output_config: { effort: "low" }, thinking }).reasoningBudget).to.equal(7);
    expect(read({ thinking: { type: "disabled" } }).reasoningBudget).to.equal(0);
    expect(read({ thinking: { type: "adaptive" } }).reasoningBudget).to.equal(null);
  });
});
