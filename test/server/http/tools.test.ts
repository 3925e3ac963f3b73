/** Tools on the wire of `/chat`. */
import { expect } from "chai";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { endingOf, FakeModels, type Script } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { openStream } from "../../support/stream-reader.js";

const tools = [
  {
    type: "function",
    function: { name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } },
  },
];
const chat = { messages: [{ role: "user", content: "How warm is it?" }], tools };
const events = { Accept: "text/event-stream" };

const asked: GenerationRequest[] = [];
const calls: Script = (generation, request) => {
  asked.push(request);
  generation.begin({ promptTokens: 7, maxTokens: request.maxTokens });
  generation.push({ text: "Well." }, 1);
  generation.push({ text: "", call: { index: 0, id: "call_1", name: "get_weather", arguments: "" } }, 2);
  generation.push({ text: "", call: { index: 0, arguments: '{"city": ' } }, 3);
  generation.push({ text: "", call: { index: 0, arguments: '"Ur"}' } }, 4);
  generation.push({ text: "", call: { index: 1, id: "call_2", name: "get_weather", arguments: "" } }, 5);
  generation.push({ text: "", call: { index: 1, arguments: "{}" } }, 6);
  generation.finish({ ...endingOf(6), finishReason: "toolCalls" });
};
const called = (id: string, text: string): object => ({
  id,
  type: "function",
  function: { name: "get_weather", arguments: text },
});

describe("tools on the wire of /chat", () => {
  let door: Door;
  before(async () => {
    door = await openDoor({ models: new FakeModels(calls) });
  });
  after(() => door.close());
  const frames = async (headers?: Record<string, string>): Promise<Frame[]> => {
    const stream = await openStream(door.port, "/chat", { ...chat, stream: true }, headers);
    const lines = (await stream.end()).split("\n").filter((line) => line.startsWith("data: {"));
    return lines.map((line) => JSON.parse(line.slice(6)));
  };

  it("are called in OpenAI's shape", async () => {
    const { json } = await door.post("/chat", chat);
    expect(json.choices[0]).to.deep.equal({
      index: 0,
      message: {
        role: "assistant",
        content: "Well.",
        tool_calls: [called("call_1", '{"city": "Ur"}'), called("call_2", "{}")],
      },
      finish_reason: "tool_calls",
    });
  });

  it("reach the engine with their choice, and a grammar of their arguments", async () => {
    const choice = { type: "function", function: { name: "get_weather" } };
    await door.post("/chat", { ...chat, tool_choice: choice, parallel_tool_calls: false });
    const { tools: [tool] = [], toolChoice, parallelToolCalls } = asked.at(-1) as GenerationRequest;
    expect([toolChoice, parallelToolCalls]).to.deep.equal([{ name: "get_weather" }, false]);
    expect(tool).to.include({ name: "get_weather" });
    expect(tool?.grammar).to.match(/^root ::= /);
  });

  it("give calls and results of earlier turns to the engine", async () => {
    const messages = [
      ...chat.messages,
      { role: "assistant", content: null, tool_calls: [called("call_1", '{"city": "Ur"}')] },
      { role: "tool", tool_call_id: "call_1", content: "21" },
    ];
    expect((await door.post("/chat", { ...chat, messages })).status).to.equal(200);
    const { input } = asked.at(-1) as GenerationRequest;
    expect(input.kind === "chat" && input.messages.slice(1)).to.deep.equal([
      {
        role: "assistant",
        content: "",
        toolCalls: [{ id: "call_1", name: "get_weather", arguments: '{"city": "Ur"}' }],
      },
      { role: "tool", content: "21", toolCallId: "call_1", toolName: "get_weather" },
    ]);
  });

  it("come in a stream as index, id, type and name first, then text of arguments only", async () => {
    expect((await frames(events)).map(({ choices: [{ delta }] }) => delta)).to.deep.equal([
      { role: "assistant", content: "Well." },
      { tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "get_weather", arguments: "" } }] },
      { tool_calls: [{ index: 0, function: { arguments: '{"city": ' } }] },
      { tool_calls: [{ index: 0, function: { arguments: '"Ur"}' } }] },
      { tool_calls: [{ index: 1, id: "call_2", type: "function", function: { name: "get_weather", arguments: "" } }] },
      { tool_calls: [{ index: 1, function: { arguments: "{}" } }] },
      {},
    ]);
    expect((await frames(events)).at(-1)?.choices[0].finish_reason).to.equal("tool_calls");
    const lines = await frames();
    expect(lines[2]).to.deep.include({
      role: "assistant",
      content: "",
      tool_calls: [{ index: 0, function: { arguments: '{"city": ' } }],
    });
  });

  const refused: readonly (readonly [what: string, body: object, param: string])[] = [
    ["a choice of a tool that is none", { tool_choice: { type: "function", function: { name: "x" } } }, "tool_choice"],
    [
      "a strict schema whose promise cannot be kept",
      { tools: [{ type: "function", function: { name: "a", strict: true, parameters: { if: {} } } }] },
      "tools[0].function.parameters",
    ],
  ];
  for (const [what, over, param] of refused) {
    it(`refuse ${what}`, async () => {
      const { status, json } = await door.post("/chat", { ...chat, ...over });
      expect([status, json.error.param]).to.deep.equal([400, param]);
    });
  }
});

interface Frame {
  readonly choices: [{ readonly delta: object; readonly finish_reason: string | null }];
}
