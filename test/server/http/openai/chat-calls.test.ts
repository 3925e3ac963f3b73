/** Calls of tools, thoughts and probabilities on `/v1/chat/completions`, whole and streamed. */
import { expect } from "chai";
import type { Piece } from "../../../../src/server/engine/result.js";
import { answerWith, endingOf, FakeModels } from "../../../support/fake-models.js";
import { type Door, openDoor } from "../../../support/http-client.js";

const path = "/v1/chat/completions";
const tool = { type: "function", function: { name: "get_weather", parameters: { type: "object" } } };
const asked = { messages: [{ role: "user", content: "Weather?" }], tools: [tool] };

const pieces: readonly Piece[] = [
  { text: "", reasoning: "Hm." },
  { text: "", call: { index: 0, id: "call_1", name: "get_weather", arguments: '{"city":' } },
  { text: "", call: { index: 0, arguments: '"Paris"}' } },
  { text: "", call: { index: 1, id: "call_2", name: "get_weather", arguments: "" } },
  { text: "", call: { index: 1, arguments: "{}" } },
];

const saying = (said: readonly Piece[], finishReason: "toolCalls" | "stop"): FakeModels =>
  new FakeModels((generation) => {
    generation.begin({ promptTokens: 7, maxTokens: 100 });
    for (const [index, piece] of said.entries()) generation.push(piece, index + 1);
    generation.finish({ ...endingOf(said.length), finishReason });
  });

async function withDoor(models: FakeModels, work: (door: Door) => Promise<void>): Promise<void> {
  const door = await openDoor({ models });
  try {
    await work(door);
  } finally {
    await door.close();
  }
}

describe("calls of tools", () => {
  it("stand in the message, without a text where there was none", () =>
    withDoor(saying(pieces, "toolCalls"), async (door) => {
      const { json } = await door.post(path, asked);
      const call = (id: string, text: string): object => ({
        id,
        type: "function",
        function: { name: "get_weather", arguments: text },
      });
      expect(json.choices[0]).to.deep.include({
        message: {
          role: "assistant",
          content: null,
          reasoning_content: "Hm.",
          refusal: null,
          tool_calls: [call("call_1", '{"city":"Paris"}'), call("call_2", "{}")],
        },
        finish_reason: "tool_calls",
      });
    }));

  it("begin in a stream with id, type, name and no text; what follows has text only", () =>
    withDoor(saying(pieces, "toolCalls"), async (door) => {
      const { text } = await door.post(path, { ...asked, stream: true });
      const deltas = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json = ""]) => JSON.parse(json).choices[0].delta);
      const head = (index: number, id: string): object => ({
        tool_calls: [{ index, id, type: "function", function: { name: "get_weather", arguments: "" } }],
      });
      const more = (index: number, part: string): object => ({
        tool_calls: [{ index, function: { arguments: part } }],
      });
      expect(deltas).to.deep.equal([
        { role: "assistant", content: "" },
        { reasoning_content: "Hm." },
        head(0, "call_1"),
        more(0, '{"city":'),
        more(0, '"Paris"}'),
        head(1, "call_2"),
        more(1, "{}"),
        {},
      ]);
      expect(text).to.contain('"finish_reason":"tool_calls"');
    }));
});

describe("warnings of an answer", () => {
  it("call a length as this API does", () =>
    withDoor(new FakeModels(answerWith(["Hi"], { maxTokens: 5, finishReason: "length" })), async (door) => {
      const { json, headers } = await door.post(path, { messages: asked.messages, max_tokens: 100 });
      expect(json.warnings[0]).to.match(/^max_tokens was shortened from 100 to 5/);
      expect(headers["x-locallab-warnings"]).to.equal(json.warnings[0]);
    }));
});

describe("probabilities", () => {
  const scores = [
    { id: 5, bytes: [72, 105], logprob: -0.5, top: [{ id: 6, bytes: [0xc3], logprob: Number.NEGATIVE_INFINITY }] },
  ];
  const told = {
    content: [
      {
        token: "Hi",
        id: 5,
        bytes: [72, 105],
        logprob: -0.5,
        top_logprobs: [{ token: "\ufffd", id: 6, bytes: [0xc3], logprob: -9999 }],
      },
    ],
    refusal: null,
  };

  it("stand beside the message, and beside the text of each chunk", () =>
    withDoor(saying([{ text: "Hi", scores }], "stop"), async (door) => {
      const body = { messages: asked.messages, logprobs: true, top_logprobs: 1 };
      expect((await door.post(path, body)).json.choices[0].logprobs).to.deep.equal(told);
      const { text } = await door.post(path, { ...body, stream: true });
      const chunks = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, json = ""]) => JSON.parse(json).choices[0]);
      expect(chunks.map(({ logprobs }) => logprobs)).to.deep.equal([null, told, null]);
    }));
});
