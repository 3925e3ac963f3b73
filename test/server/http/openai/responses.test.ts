/** `POST /v1/responses`, whole. */
import { expect } from "chai";
import type { GenerationRequest } from "../../../../src/server/engine/request.js";
import { answerWith } from "../../../support/fake-models.js";
import { type Door, openDoor, type Reply } from "../../../support/http-client.js";
import { sayPieces, thinkingAnswer } from "../../../support/say-pieces.js";

const weather = {
  type: "function",
  name: "get_weather",
  description: "w",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
  strict: true,
};

describe("POST /v1/responses", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  const post = (body: object): Promise<Reply> => door.post("/v1/responses", { model: "m", input: "Hi", ...body });
  const asked = (): GenerationRequest => door.models.requests[0]!.request;

  it("answers with a response that is stored nowhere", async () => {
    const { status, json, headers } = await post({ instructions: "Be brief.", max_output_tokens: 16, seed: 3 });
    expect(status, JSON.stringify(json)).to.equal(200);
    const id = String(headers["x-request-id"]).replace("req_", "");
    const { created_at, completed_at, timings, ...rest } = json;
    expect(completed_at).to.be.at.least(created_at);
    expect(timings).to.include({ prefill_ms: 2 });
    expect(rest).to.deep.equal({
      id: `resp_${id}`,
      object: "response",
      status: "completed",
      background: false,
      error: null,
      incomplete_details: null,
      instructions: "Be brief.",
      max_output_tokens: 16,
      metadata: {},
      model: "m",
      output: [
        {
          type: "message",
          id: `msg_${id}_0`,
          status: "completed",
          role: "assistant",
          content: [{ type: "output_text", text: "Hello world", annotations: [], logprobs: [] }],
        },
      ],
      parallel_tool_calls: true,
      previous_response_id: null,
      reasoning: { effort: null, summary: null },
      service_tier: "default",
      store: false,
      temperature: 1,
      text: { format: { type: "text" }, verbosity: "medium" },
      tool_choice: "auto",
      tools: [],
      top_logprobs: 0,
      top_p: 1,
      truncation: "disabled",
      usage: {
        input_tokens: 7,
        input_tokens_details: { cached_tokens: 2 },
        output_tokens: 2,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 9,
      },
      seed: 3,
    });
  });

  it("asks for what was asked, with that API's defaults", async () => {
    await post({});
    expect(asked()).to.include({ temperature: 1, topP: 1, topK: 0, repetitionPenalty: 1, maxTokens: 1_048_576 });
    expect(asked().input).to.deep.equal({ kind: "chat", messages: [{ role: "user", content: "Hi" }] });
  });

  it("hands on every option it has, and those of this server beside them", async () => {
    const { headers } = await post({
      temperature: 0.2,
      top_p: 0.9,
      max_output_tokens: 5,
      top_logprobs: 3,
      reasoning: { effort: "low" },
      seed: 4,
      top_k: 7,
      stop: ["END"],
    });
    expect(asked()).to.deep.include({ temperature: 0.2, topP: 0.9, maxTokens: 5, logprobs: 3, seed: 4, topK: 7 });
    expect(asked().reasoningBudget).to.be.a("number");
    expect(asked().templateKwargs).to.deep.equal({ reasoning_effort: "low" });
    expect(asked().stop).to.deep.equal(["END"]);
    expect(headers).not.to.have.property("x-locallab-warnings");
  });

  it("hands on tools, and which of them are to be called", async () => {
    const other = { ...weather, name: "now" };
    const choices = [
      [{}, ["get_weather", "now"], undefined],
      [{ tool_choice: "auto" }, ["get_weather", "now"], "auto"],
      [{ tool_choice: "none" }, ["get_weather", "now"], "none"],
      [{ tool_choice: "required" }, ["get_weather", "now"], "required"],
      [{ tool_choice: { type: "function", name: "now" } }, ["get_weather", "now"], { name: "now" }],
      [
        { tool_choice: { type: "allowed_tools", mode: "required", tools: [{ type: "function", name: "now" }] } },
        ["now"],
        "required",
      ],
    ] as const;
    for (const [body, names, choice] of choices) {
      const { json, status } = await post({ tools: [weather, other], parallel_tool_calls: false, ...body });
      expect(status, JSON.stringify(json)).to.equal(200);
      const { tools = [], toolChoice, parallelToolCalls } = door.models.requests.at(-1)!.request;
      expect(tools.map(({ name }) => name)).to.deep.equal(names);
      expect(toolChoice ?? "auto").to.deep.equal(choice ?? "auto");
      expect(parallelToolCalls).to.equal(false);
      expect(json.tools).to.deep.equal([weather, other]);
      expect(tools[0]?.grammar).to.match(/^root ::=/m);
    }
  });

  it("hands on the form of the text as a grammar", async () => {
    const schema = { type: "object", properties: { age: { type: "integer" } }, required: ["age"] };
    const format = { type: "json_schema", name: "Person", strict: true, schema };
    expect((await post({ text: { format } })).json.text).to.deep.equal({ format, verbosity: "medium" });
    expect(asked().grammar).to.contain("age");
    await post({ text: { format: { type: "json_object" } } });
    expect(door.models.requests[1]?.request.grammar).to.match(/^root ::=/m);
  });

  it("has thoughts, text and calls as items", async () => {
    door.models.script = sayPieces(thinkingAnswer, "toolCalls");
    const { status, output } = (await post({})).json;
    expect(status).to.equal("completed");
    expect(output.map(({ id: _id, ...item }: { id: string }) => item)).to.deep.equal([
      { type: "reasoning", status: "completed", summary: [], content: [{ type: "reasoning_text", text: "Oh so" }] },
      {
        type: "message",
        status: "completed",
        role: "assistant",
        content: [{ type: "output_text", text: "Let me look.", annotations: [], logprobs: [] }],
      },
      {
        type: "function_call",
        status: "completed",
        call_id: "call_1",
        name: "get_weather",
        arguments: '{"city":"Paris"}',
      },
      { type: "function_call", status: "completed", call_id: "call_2", name: "now", arguments: "{}" },
    ]);
    expect(new Set(output.map(({ id }: { id: string }) => id)).size).to.equal(4);
  });

  it("has thoughts as a summary, and packed, where that was asked for, and reads them back", async () => {
    door.models.script = sayPieces(thinkingAnswer, "toolCalls");
    const { output } = (await post({ reasoning: { summary: "auto" }, include: ["reasoning.encrypted_content"] })).json;
    expect(output[0]).to.deep.include({ summary: [{ type: "summary_text", text: "Oh so" }] });
    expect(output[0]).not.to.have.property("content");
    const { encrypted_content } = output[0];
    await post({
      input: [{ role: "user", content: "Hi" }, { type: "reasoning", summary: [], encrypted_content }, output[1]],
    });
    expect(door.models.requests[1]?.request.input).to.have.nested.property("messages[1].reasoning", "Oh so");
  });

  it("takes its own answer back as it is", async () => {
    door.models.script = sayPieces(thinkingAnswer, "toolCalls");
    const { output } = (await post({ include: ["reasoning.encrypted_content"] })).json;
    const results = ["call_1", "call_2"].map((id) => ({ type: "function_call_output", call_id: id, output: "x" }));
    const { status, headers } = await post({ input: [{ role: "user", content: "Hi" }, ...output, ...results] });
    expect([status, headers["x-locallab-warnings"]]).to.deep.equal([200, undefined]);
    const { input } = door.models.requests[1]!.request;
    const roles = input.kind === "chat" ? input.messages.map(({ role }) => role) : [];
    expect(roles).to.deep.equal(["user", "assistant", "tool", "tool"]);
  });

  it("is incomplete where a limit ended it", async () => {
    door.models.script = answerWith(["a"], { finishReason: "length" });
    const { json } = await post({});
    expect(json).to.deep.include({ status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
    expect(json.output[0].status).to.equal("incomplete");
  });

  it("has one message, empty, where nothing was said", async () => {
    door.models.script = answerWith([]);
    expect((await post({})).json.output[0].content[0].text).to.equal("");
  });

  it("tells how probable tokens were, where that was asked for", async () => {
    const score = { id: 9, bytes: [0xc3], logprob: -0.5, top: [{ id: 9, bytes: [0xc3], logprob: -0.5 }] };
    door.models.script = sayPieces([{ text: "ü", scores: [score] }]);
    const { output } = (await post({ include: ["message.output_text.logprobs"] })).json;
    expect(asked().logprobs).to.equal(0);
    expect(output[0].content[0].logprobs).to.deep.equal([
      {
        token: "\ufffd",
        id: 9,
        bytes: [0xc3],
        logprob: -0.5,
        top_logprobs: [{ token: "\ufffd", id: 9, bytes: [0xc3], logprob: -0.5 }],
      },
    ]);
  });
});
