/** `POST /v1/messages` as a stream of events. */
import { expect } from "chai";
import { LabError } from "../../../../src/server/errors.js";
import { answerWith } from "../../../support/fake-models.js";
import { type Door, openDoor } from "../../../support/http-client.js";
import { sayPieces, thinkingAnswer } from "../../../support/say-pieces.js";
import { openStream } from "../../../support/stream-reader.js";

const ask = { model: "m", max_tokens: 16, messages: [{ role: "user", content: "Hi" }] };

describe("POST /v1/messages, streamed", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  it("streams the same as events in their order", async () => {
    door.models.script = sayPieces(thinkingAnswer, "toolCalls");
    const whole = (await door.post("/v1/messages", ask)).json;
    const events = await streamed({});
    expect(events.map(shortly)).to.deep.equal([
      "message_start",
      "content_block_start 0 thinking",
      "ping",
      "content_block_delta 0 thinking_delta Oh",
      "content_block_delta 0 thinking_delta  so",
      "content_block_delta 0 signature_delta",
      "content_block_stop 0",
      "content_block_start 1 text",
      "content_block_delta 1 text_delta Let me",
      "content_block_delta 1 text_delta  look.",
      "content_block_stop 1",
      "content_block_start 2 tool_use",
      'content_block_delta 2 input_json_delta {"city":',
      'content_block_delta 2 input_json_delta "Paris"}',
      "content_block_stop 2",
      "content_block_start 3 tool_use",
      "content_block_delta 3 input_json_delta {}",
      "content_block_stop 3",
      "message_delta",
      "message_stop",
    ]);
    expect(events[0].message).to.deep.include({ content: [], stop_reason: null, model: "m" });
    expect(events[0].message.usage).to.include({ input_tokens: 5, cache_read_input_tokens: 2, output_tokens: 0 });
    expect(events[0].message).to.have.all.keys(Object.keys(whole));
    expect(events[11].content_block).to.deep.equal(call("call_1", "get_weather", {}));
    expect(events.at(-2).usage).to.include({ input_tokens: 5, cache_read_input_tokens: 2, output_tokens: 8 });
    expect(events.at(-2).usage.output_tokens_details).to.deep.equal({ thinking_tokens: 1 });
  });

  it("has one block of text, whole and streamed, where nothing was said", async () => {
    door.models.script = answerWith([]);
    expect((await door.post("/v1/messages", ask)).json.content).to.deep.equal([
      { type: "text", text: "", citations: null },
    ]);
    expect((await streamed({})).map(shortly)).to.deep.equal([
      "message_start",
      "content_block_start 0 text",
      "ping",
      "content_block_stop 0",
      "message_delta",
      "message_stop",
    ]);
  });

  it("ends a stream that fails with an event that says so", async () => {
    door.models.script = (generation, { maxTokens }) => {
      generation.begin({ promptTokens: 7, maxTokens });
      generation.push({ text: "Hel" }, 1);
      generation.fail(new LabError("engine_died", "The engine died.", { retryAfterSeconds: 1 }));
    };
    const events = await streamed({});
    expect(events.map(({ type }) => type).slice(-2)).to.deep.equal(["content_block_delta", "error"]);
    expect(events.at(-1).error).to.deep.equal({
      type: "overloaded_error",
      message: "The engine died.",
      details: { error_code: "engine_died", param: null },
    });
  });

  /** The events of a stream, each with the name its frame says. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever is there
  async function streamed(body: object): Promise<any[]> {
    const stream = await openStream(door.port, "/v1/messages", { ...ask, ...body, stream: true });
    const frames = (await stream.end()).split("\n\n").filter(Boolean);
    return frames.map((frame) => {
      const [, name, json = ""] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
      const event = JSON.parse(json);
      expect(event.type).to.equal(name);
      return event;
    });
  }
});

interface Shown {
  type: string;
  index?: number;
  content_block?: { type: string };
  delta?: { type?: string; text?: string; thinking?: string; partial_json?: string };
}

function shortly({ type, index, content_block: block, delta }: Shown): string {
  const said = delta?.text ?? delta?.thinking ?? delta?.partial_json;
  return [type, index, block?.type ?? delta?.type, said].filter((part) => part !== undefined).join(" ");
}

function call(id: string, name: string, input: object): object {
  return { type: "tool_use", id, name, input, caller: { type: "direct" } };
}
