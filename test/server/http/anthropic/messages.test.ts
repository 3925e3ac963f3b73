/** `POST /v1/messages`, over the real door: what the engine is asked, and what comes back. */
import { expect } from "chai";
import type { GenerationRequest } from "../../../../src/server/engine/request.js";
import { answerWith, type Script } from "../../../support/fake-models.js";
import { type Door, openDoor, type Reply } from "../../../support/http-client.js";
import { sayPieces, thinkingAnswer } from "../../../support/say-pieces.js";

const ask = { model: "m", max_tokens: 16, messages: [{ role: "user", content: "Hi" }] };

describe("POST /v1/messages", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  const post = (body: object, headers?: Record<string, string>): Promise<Reply> =>
    door.post("/v1/messages", { ...ask, ...body }, headers);
  const asked = (): GenerationRequest => door.models.requests[0]!.request;

  it("answers with a message, whole", async () => {
    const { status, json, headers } = await post({});
    expect(status, JSON.stringify(json)).to.equal(200);
    expect(json).to.deep.equal({
      id: String(headers["request-id"]).replace("req_", "msg_"),
      type: "message",
      role: "assistant",
      model: "m",
      content: [{ type: "text", text: "Hello world", citations: null }],
      stop_reason: "end_turn",
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: {
        input_tokens: 5,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 2,
        output_tokens: 2,
        output_tokens_details: { thinking_tokens: 0 },
        server_tool_use: null,
        cache_creation: null,
        inference_geo: null,
        service_tier: "standard",
        speed: null,
      },
    });
    expect(headers["request-id"]).to.equal(headers["x-request-id"]);
    expect(headers).not.to.have.property("x-locallab-warnings");
  });

  it("asks with that API's defaults: nothing is cut off or pushed down", async () => {
    await post({});
    expect(door.models.requests[0]?.modelId).to.equal("m");
    expect(asked()).to.include({
      maxTokens: 16,
      temperature: 1,
      topP: 1,
      topK: 0,
      minP: 0,
      repetitionPenalty: 1,
      reasoning: "separate",
      reasoningBudget: null,
    });
  });

  it("hands on every option it has, and those of this server beside them", async () => {
    const { headers } = await post({
      temperature: 0.2,
      top_p: 0.9,
      top_k: 5,
      stop_sequences: ["END"],
      thinking: { type: "enabled", budget_tokens: 9 },
      seed: 4,
      repetition_penalty: 1.1,
      max_time: 5,
    });
    expect(asked()).to.deep.include({
      temperature: 0.2,
      topP: 0.9,
      topK: 5,
      stop: ["END"],
      reasoningBudget: 9,
      seed: 4,
      exact: true,
      repetitionPenalty: 1.1,
      maxTimeMs: 5000,
    });
    expect(headers).not.to.have.property("x-locallab-warnings");
  });

  const warnings: readonly (readonly [body: object, header: string])[] = [
    [{ metadata: { user_id: "u" } }, "metadata has no effect here: requests are told apart by their keys."],
    [{ service_tier: "standard_only" }, "service_tier has no effect here: there is one tier."],
    [
      { system: [{ type: "text", text: "x", cache_control: { type: "ephemeral" } }] },
      "cache_control has no effect here: what a key has sent before is remembered by itself.",
    ],
    [
      { messages: [{ role: "user", content: [{ type: "text", text: "x", citations: [] }], name: "Ann" }] },
      'Unknown fields are ignored: "messages[0].name", "messages[0].content[0].citations".',
    ],
    [
      { thinking: { type: "between_tools" } },
      "thinking of type between_tools is adaptive here: a model thinks where it was taught to.",
    ],
    [{ max_token: 3 }, 'Unknown fields are ignored: "max_token".'],
    [
      { thinking: { type: "enabled", budget_tokens: 16 } },
      "thinking.budget_tokens is 16, but thoughts end with max_tokens of 16 and may leave no room for an answer.",
    ],
  ];
  for (const [body, header] of warnings) {
    it(`says in a header what has no effect of ${JSON.stringify(body)}, and refuses it where that was asked for`, async () => {
      for (const stream of [false, true]) {
        expect((await post({ ...body, stream })).headers["x-locallab-warnings"]).to.equal(header);
      }
      const { status, json } = await post({ ...body, strict: true });
      expect([status, json.error.message]).to.deep.equal([400, `${header} Leave them out, or send strict: false.`]);
    });
  }

  it("says nothing of what asks for what happens anyway", async () => {
    const { headers } = await post({ service_tier: "auto", metadata: {}, cache_control: null, system: null });
    expect(headers).not.to.have.property("x-locallab-warnings");
  });

  it("says in a header that an answer had to be shorter than was asked for", async () => {
    door.models.script = answerWith(["a"], { maxTokens: 5, finishReason: "length" });
    expect((await post({})).headers["x-locallab-warnings"]).to.match(/shortened from 16 to 5/);
  });

  const endings: readonly (readonly [Script, object])[] = [
    [answerWith(["a"]), { stop_reason: "end_turn", stop_sequence: null }],
    [answerWith(["a"], { finishReason: "length" }), { stop_reason: "max_tokens", stop_sequence: null }],
    [answerWith(["a"], { stopText: "END" }), { stop_reason: "stop_sequence", stop_sequence: "END" }],
    [sayPieces(thinkingAnswer, "toolCalls"), { stop_reason: "tool_use", stop_sequence: null }],
  ];
  for (const [script, expected] of endings) {
    it(`says ${JSON.stringify(expected)}, whole and streamed`, async () => {
      door.models.script = script;
      expect((await post({})).json).to.deep.include(expected);
      const { text } = await post({ stream: true });
      const [, delta = ""] = /^event: message_delta\ndata: (.*)$/m.exec(text) ?? [];
      expect(JSON.parse(delta).delta).to.deep.equal({ ...expected, stop_details: null, container: null });
    });
  }

  it("answers with thoughts, text and calls as blocks", async () => {
    door.models.script = sayPieces(thinkingAnswer, "toolCalls");
    const { content } = (await post({})).json;
    expect(content[0].signature).to.match(/^[\w+/]{43}=$/);
    expect(content).to.deep.equal([
      { type: "thinking", thinking: "Oh so", signature: content[0].signature },
      { type: "text", text: "Let me look.", citations: null },
      call("call_1", "get_weather", { city: "Paris" }),
      call("call_2", "now", {}),
    ]);
  });

  it("takes its own answer back as it is", async () => {
    door.models.script = sayPieces(thinkingAnswer, "toolCalls");
    const { role, content } = (await post({})).json;
    const results = ["call_1", "call_2"].map((id) => ({ type: "tool_result", tool_use_id: id, content: "x" }));
    const messages = [...ask.messages, { role, content }, { role: "user", content: results }];
    const { status, headers } = await post({ messages });
    expect([status, headers["x-locallab-warnings"]]).to.deep.equal([200, undefined]);
    expect(door.models.requests[1]?.request.input).to.have.nested.property("messages[1].reasoning", "Oh so");
  });

  it("leaves the text of thoughts out where the client does not want to see it", async () => {
    door.models.script = sayPieces(thinkingAnswer, "toolCalls");
    const thinking = { type: "adaptive", display: "omitted" };
    const [block] = (await post({ thinking })).json.content;
    expect(block).to.include({ type: "thinking", thinking: "" });
    expect((await post({ thinking, stream: true })).text).not.to.contain("Oh");
  });
});

function call(id: string, name: string, input: object): object {
  return { type: "tool_use", id, name, input, caller: { type: "direct" } };
}
