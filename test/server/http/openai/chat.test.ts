/** `POST /v1/chat/completions` over the real door: what OpenAI's clients read of it. */
import { expect } from "chai";
import { LabError } from "../../../../src/server/errors.js";
import { usageOnWire } from "../../../support/fake-models.js";
import { type Door, openDoor, type Reply } from "../../../support/http-client.js";

const path = "/v1/chat/completions";
const hello = { model: "fake", messages: [{ role: "user", content: "Hi" }] };

/** The JSON of each event; the closing mark as text. */
const eventsOf = (reply: Reply): (Record<string, unknown> & { choices: Record<string, unknown>[] })[] =>
  reply.text
    .split("\n\n")
    .filter((frame) => frame.startsWith("data: ") && frame !== "data: [DONE]")
    .map((frame) => JSON.parse(frame.slice(6)));

describe("POST /v1/chat/completions", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  it("answers as OpenAI's API does, with the name that was asked for and the server's timings beside", async () => {
    const { status, json, headers } = await door.post(path, hello);
    expect(status).to.equal(200);
    expect(json.id).to.equal(`chatcmpl-${String(headers["x-request-id"]).replace("req_", "")}`);
    expect(json.created).to.be.closeTo(Date.now() / 1000, 100);
    expect(json).to.deep.include({ object: "chat.completion", model: "fake", usage: usageOnWire(2) });
    expect(json.choices).to.deep.equal([
      {
        index: 0,
        message: { role: "assistant", content: "Hello world", refusal: null },
        logprobs: null,
        finish_reason: "stop",
      },
    ]);
    expect(json.system_fingerprint).to.equal("locallab-0.0.0-test");
    expect(json.timings).to.include({ prefill_ms: 2, decode_ms: 4 });
    expect(json).to.not.have.property("warnings");
  });

  it("has the defaults of OpenAI's document: nothing cut off, nothing pushed down, as long as the context", async () => {
    await door.post(path, hello);
    expect(door.models.requests[0]?.request).to.include({
      temperature: 1,
      topP: 1,
      topK: 0,
      minP: 0,
      repetitionPenalty: 1,
      maxTokens: 1_048_576,
      maxTimeMs: 600_000,
    });
  });

  it("joins parts of text, and reads what a developer says as the system's", async () => {
    const messages = [
      { role: "developer", content: "Be brief." },
      {
        role: "user",
        content: [
          { type: "text", text: "H" },
          { type: "text", text: "i" },
        ],
      },
    ];
    await door.post(path, { messages });
    expect(door.models.requests[0]?.request.input).to.deep.equal({
      kind: "chat",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
      ],
    });
  });

  it("refuses a picture, and says where it is", async () => {
    const picture = { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } };
    const { status, json } = await door.post(path, {
      messages: [{ role: "user", content: [{ type: "text", text: "What?" }, picture] }],
    });
    expect([status, json.error.param]).to.deep.equal([400, "messages[0].content[1]"]);
    expect(json.error.message).to.contain('of type "image_url"');
  });

  it("makes n answers with seeds one after the other, and counts the prompt once", async () => {
    const { json } = await door.post(path, { ...hello, n: 3, seed: 4294967295 });
    expect(door.models.requests.map(({ request }) => request.seed)).to.deep.equal([4294967295, 0, 1]);
    expect(json.choices.map(({ index }: { index: number }) => index)).to.deep.equal([0, 1, 2]);
    expect(json.usage).to.deep.equal(usageOnWire(6));
  });

  it("names a wrong field as the client did", async () => {
    for (const [body, param] of [
      [{ ...hello, max_completion_tokens: 0 }, "max_completion_tokens"],
      [{ ...hello, n: 9 }, "n"],
      [{ ...hello, temperature: 3 }, "temperature"],
      [{ model: "fake" }, "messages"],
    ] as const) {
      const { status, json } = await door.post(path, body);
      expect([status, json.error.param, json.error.code]).to.deep.equal([400, param, "invalid_request"]);
      expect(json.error.type).to.equal("invalid_request_error");
      expect(json).to.have.all.keys("error");
    }
  });
});

describe("a stream of /v1/chat/completions", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  it("brings the role first, then text, then why it ended, in chunks of one id", async () => {
    const reply = await door.post(path, { ...hello, stream: true });
    const events = eventsOf(reply);
    expect(reply.headers["content-type"]).to.match(/^text\/event-stream/);
    expect(reply.text).to.match(/data: \[DONE\]\n\n$/);
    expect(events.map(({ choices }) => choices[0])).to.deep.equal([
      { index: 0, delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null },
      { index: 0, delta: { content: "Hello" }, logprobs: null, finish_reason: null },
      { index: 0, delta: { content: " world" }, logprobs: null, finish_reason: null },
      { index: 0, delta: {}, logprobs: null, finish_reason: "stop" },
    ]);
    expect(
      new Set(events.map(({ id, created, model, object }) => JSON.stringify([id, created, model, object]))).size,
    ).to.equal(1);
    for (const event of events) expect(event).to.not.have.property("usage");
  });

  it("tells the usage in a chunk without choices where it is asked for, and null before", async () => {
    const reply = await door.post(path, { ...hello, stream: true, stream_options: { include_usage: true } });
    const events = eventsOf(reply);
    expect(events.at(-1)).to.deep.include({ choices: [], usage: usageOnWire(2) });
    expect(events.slice(0, -1).map(({ usage }) => usage)).to.deep.equal([null, null, null, null]);
  });

  it("gives several answers side by side, each with its role, its text and its end", async () => {
    const events = eventsOf(await door.post(path, { ...hello, stream: true, n: 2 }));
    for (const index of [0, 1]) {
      const own = events.flatMap(({ choices }) => choices).filter((choice) => choice.index === index);
      expect(own.map(({ delta }) => (delta as { content?: string }).content ?? null)).to.deep.equal([
        "",
        "Hello",
        " world",
        null,
      ]);
      expect(own.at(-1)?.finish_reason).to.equal("stop");
    }
  });

  it("ends with an error's object, and without the closing mark, when the engine fails", async () => {
    door.models.script = (generation) => {
      generation.begin({ promptTokens: 7, maxTokens: 10 });
      generation.push({ text: "He" }, 1);
      generation.fail(new LabError("engine_died", "The engine died."));
    };
    const reply = await door.post(path, { ...hello, stream: true });
    expect(eventsOf(reply).at(-1)).to.deep.equal({
      error: { message: "The engine died.", type: "server_error", param: null, code: "engine_died" },
    });
    expect(reply.text).to.not.contain("[DONE]");
  });

  it("ends the model's work when the client goes away", async () => {
    door.models.script = (generation) => {
      generation.begin({ promptTokens: 7, maxTokens: 10 });
      generation.push({ text: "He" }, 1);
    };
    const body = JSON.stringify({ ...hello, stream: true, n: 2 });
    const socket = door.connect();
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await new Promise((resolve) => socket.once("data", resolve));
    await door.models.until(() => door.models.requests.length === 2);
    socket.destroy();
    await door.models.until(() => door.models.requests.every(({ cancelled }) => cancelled));
  });
});
