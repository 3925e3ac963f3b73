import { expect } from "chai";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { chatBody } from "../../../src/server/schema/generation.js";
import { chatCompletionBody } from "../../../src/server/schema/openai-chat.js";

const user = { role: "user", content: "Weather?" } as const;
const call = (text: string, id = "call_1"): object => ({
  id,
  type: "function",
  function: { name: "get_weather", arguments: text },
});
const weather = (more: object = {}): object => ({
  type: "function",
  function: { name: "get_weather", description: "Weather of a city", parameters: { type: "object" }, ...more },
});

function read(body: object): GenerationRequest {
  const [request] = chatCompletionBody.read({ messages: [user], ...body }).requests;
  if (request === undefined) throw new Error("no request");
  return request;
}

const messagesOf = (messages: readonly object[]): unknown => {
  const { input } = chatBody.read({ messages }).request;
  return input.kind === "chat" ? input.messages.slice(1) : input;
};

describe("tools in a request", () => {
  it("come to the engine with the grammar of their arguments, and choices as it calls them", () => {
    const { tools, toolChoice, parallelToolCalls } = read({
      tools: [weather(), { type: "function", function: { name: "now" } }],
      tool_choice: { type: "function", function: { name: "now" } },
      parallel_tool_calls: false,
    });
    expect(tools?.map(({ name, description, parameters }) => [name, description, parameters])).to.deep.equal([
      ["get_weather", "Weather of a city", { type: "object" }],
      ["now", undefined, { type: "object", properties: {} }],
    ]);
    for (const { grammar } of tools ?? []) expect(grammar).to.match(/^root ::=/m);
    expect([toolChoice, parallelToolCalls]).to.deep.equal([{ name: "now" }, false]);
    expect(read({ tools: [], tool_choice: "auto" })).to.not.have.any.keys("tools", "toolChoice");
  });

  it("are taken without what no grammar holds, which is said, unless they are strict", () => {
    const tags = { type: "array", items: { type: "string" }, uniqueItems: true };
    const parameters = { type: "object", properties: { tags, "a/b": { not: { const: 1 } } }, required: ["tags"] };
    const { requests, warnings } = chatCompletionBody.read({ messages: [user], tools: [weather({ parameters })] });
    const [tool] = requests[0]?.tools ?? [];
    // the template shows the whole
    expect(tool?.parameters).to.deep.equal(parameters);
    const place = "tools[0].function.parameters";
    const rest = "cannot be guaranteed, so arguments may not obey it; with strict: true it is refused.";
    expect(warnings).to.have.members([
      `${place}: "uniqueItems" at /properties/tags ${rest}`,
      `${place}: "not" at /properties/a~1b ${rest}`,
    ]);
    expect(() => read({ strict: true, tools: [weather({ parameters })] })).to.throw("uniqueItems");
    expect(chatBody.read({ messages: [user], tools: [weather({ parameters })] }).warnings).to.have.length(2);
  });

  it("allow any branch of a choice that is not proved to be one of one", () => {
    const either = { oneOf: [{ type: "string" }, { type: "string", maxLength: 3 }] };
    const { requests, warnings } = chatCompletionBody.read({
      messages: [user],
      tools: [weather({ parameters: { type: "object", properties: { either } } })],
    });
    expect(warnings).to.have.length(1);
    expect(requests[0]?.tools?.[0]?.grammar).to.match(/^root ::=/m);
  });

  it("are refused by their place when they are none, or promise what cannot be kept", () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ tools: [{ type: "web_search" }] }, "tools[0].type"],
      [{ tools: [weather({ name: "no blanks" })] }, "tools[0].function.name"],
      [{ tools: [weather(), weather()] }, "tools"],
      [{ tools: [weather({ strict: true, parameters: { if: {} } })] }, "tools[0].function.parameters"],
      [{ tools: [weather({ parameters: { type: "thing" } })] }, "tools[0].function.parameters"],
      [{ tools: [weather({ parameters: { $ref: "https://example.com/x" } })] }, "tools[0].function.parameters"],
      [{ tools: [weather()], tool_choice: { type: "function", function: { name: "other" } } }, "tool_choice"],
      [{ tools: [weather()], tool_choice: "any" }, "tool_choice"],
      [{ tool_choice: "required" }, "tool_choice"],
    ];
    for (const [body, param] of cases) {
      expect(() => read(body), JSON.stringify(body))
        .to.throw()
        .with.property("param", param);
    }
  });
});

describe("turns of tools", () => {
  it("keep calls, and tell which call a result answers", () => {
    const turns = [
      user,
      { role: "assistant", content: null, tool_calls: [call('{"city":"Paris"}'), call("", "call_2")] },
      { role: "tool", tool_call_id: "call_2", content: [{ type: "text", text: "18 C" }] },
      { role: "function", name: "clock", content: "noon" },
    ];
    expect(messagesOf(turns)).to.deep.equal([
      {
        role: "assistant",
        content: "",
        toolCalls: [
          { id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' },
          { id: "call_2", name: "get_weather", arguments: "{}" },
        ],
      },
      { role: "tool", content: "18 C", toolCallId: "call_2", toolName: "get_weather" },
      { role: "tool", content: "noon", toolName: "clock" },
    ]);
  });

  it("are refused by their place when arguments are no object, or a result answers nothing", () => {
    const cases: readonly (readonly [object, string])[] = [
      [{ role: "assistant", tool_calls: [call("[1]")] }, "messages[1].tool_calls[0].function.arguments"],
      [{ role: "assistant", tool_calls: [call("{")] }, "messages[1].tool_calls[0].function.arguments"],
      [{ role: "assistant", tool_calls: [{ type: "function" }] }, "messages[1].tool_calls[0].id"],
      [{ role: "tool", content: "x" }, "messages[1].tool_call_id"],
    ];
    for (const [turn, param] of cases) {
      expect(() => messagesOf([user, turn]), JSON.stringify(turn))
        .to.throw()
        .with.property("param", param);
    }
  });
});

const schema = { type: "object", properties: { age: { type: "integer" } }, required: ["age"] };

describe("the form of an answer", () => {
  it("is a grammar of its schema, or of any object", () => {
    const asked = read({ response_format: { type: "json_schema", json_schema: { name: "person", schema } } });
    expect(asked.grammar).to.equal(read({ json_schema: schema }).grammar);
    expect(asked.grammar).to.contain("age");
    expect(read({ response_format: { type: "json_object" } }).grammar).to.match(/^root ::=/m);
    expect(read({ response_format: { type: "text" } })).to.not.have.property("grammar");
  });

  it("is refused by keyword where it could not be kept, and where two are asked for", () => {
    const odd = { type: "json_schema", json_schema: { name: "x", schema: { type: "object", if: {} } } };
    expect(() => read({ response_format: odd }))
      .to.throw(/"if"/)
      .with.property("param", "response_format.json_schema.schema");
    expect(() => read({ response_format: { type: "xml" } }))
      .to.throw()
      .with.property("param", "response_format.type");
    expect(() => read({ json_schema: schema, grammar: 'root ::= "a"' })).to.throw(/both/);
  });
});

describe("what means nothing by itself", () => {
  it("is told of, and refused with strict", () => {
    const told = (body: object): readonly string[] => chatCompletionBody.read({ messages: [user], ...body }).warnings;
    expect(told({ top_logprobs: 3 })).to.deep.equal(["top_logprobs has no effect here: logprobs is not true."]);
    expect(told({ stream_options: { include_usage: true } })).to.deep.equal([
      "stream_options has no effect here: the answer is no stream.",
    ]);
    expect(told({ parallel_tool_calls: false })).to.deep.equal([
      "parallel_tool_calls has no effect here: there are no tools.",
    ]);
    expect(told({ response_format: { type: "json_object" }, json_schema: schema })).to.deep.equal([
      "json_schema has no effect here: response_format counts.",
    ]);
    expect(told({ logprobs: true, top_logprobs: 3, stream: true, stream_options: {} })).to.deep.equal([]);
    expect(() => told({ top_logprobs: 3, strict: true }))
      .to.throw()
      .with.property("param", "top_logprobs");
  });
});

describe("seeds", () => {
  it("are folded into 32 bits, since OpenAI's are wider; -1 is any", () => {
    for (const [seed, folded] of [
      [7, 7],
      [2 ** 32 + 7, 7],
      [-2, 2 ** 32 - 2],
      [2 ** 53 - 1, 2 ** 32 - 1],
    ] as const) {
      expect(read({ seed }).seed).to.equal(folded);
    }
    expect(read({ seed: -1 }).exact).to.equal(false);
    expect(() => read({ seed: 1.5 }))
      .to.throw()
      .with.property("param", "seed");
  });
});

describe("numbers that are left out", () => {
  it("are open to what the model's file says; what was sent is not", () => {
    const { open } = read({ temperature: 1, top_k: null });
    expect(open).to.include.members(["topP", "topK", "minP"]).and.to.not.include("temperature");
    expect(read({ do_sample: false }).open).to.not.include("temperature");
    expect(chatBody.read({ messages: [user] }).request).to.not.have.property("open");
  });
});

describe("effort", () => {
  it("limits thoughts and reaches the template; what has its own name counts more", () => {
    expect(read({ reasoning_effort: "low" })).to.deep.include({
      reasoningBudget: 1024,
      templateKwargs: { reasoning_effort: "low" },
    });
    expect(read({ reasoning_effort: "none" })).to.deep.include({
      reasoningBudget: 0,
      templateKwargs: { reasoning_effort: "none", enable_thinking: false },
    });
    expect(read({ reasoning_effort: "low", reasoning_budget: 5 }).reasoningBudget).to.equal(5);
    expect(read({ logprobs: true, top_logprobs: 3 }).logprobs).to.equal(3);
    expect(read({ logprobs: true }).logprobs).to.equal(0);
    expect(read({ top_logprobs: 3 })).to.not.have.property("logprobs");
  });
});
