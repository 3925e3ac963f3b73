/** What LocalLab's published clients see of streams that went over a real connection. */
import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { answerWith, FakeModels } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import {
  readChatInPython,
  readEvents,
  readGenerateInPython,
  readGenerateInTerminal,
  readRawInJavaScript,
} from "../../support/locallab-line-readers.js";
import { openStream } from "../../support/stream-reader.js";

/** Words, numbers, JSON, markers, line breaks of all kinds, characters of four bytes. */
const nasty =
  'Hi 42 \n[DONE] Error: no\r\n{"text": 1} true\u2028null\u0085 "q"\v\f\x1c😀 data: x\n: ping\n\n  3.5 \ttab\u00a0end';
const pieces = nasty.split(/(?<=[ \n"}])/);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters meant
const escaped = nasty.replace(/\r\n|[\n\v\f\u001c\u0085\u2028]/g, "\\n");
const generate = { prompt: "x", stream: true };
const chat = { messages: [{ role: "user", content: "Hi" }], stream: true };

describe("a nasty text", () => {
  let door: Door;
  before(async () => {
    door = await openDoor({ models: new FakeModels(answerWith(pieces)) });
  });
  after(() => door.close());

  it("reaches the Python client's stream_generate", async () => {
    const sent = await (await openStream(door.port, "/generate", generate)).end();
    expect(readGenerateInPython(sent)).to.deep.equal({ text: escaped, error: undefined });
  });

  it("reaches the terminal client", async () => {
    const sent = await (await openStream(door.port, "/generate", generate)).end();
    expect(readGenerateInTerminal(sent)).to.equal(escaped);
  });

  it("reaches the legacy JavaScript client as raw frames with whole characters", async () => {
    const stream = await openStream(door.port, "/generate", generate);
    await stream.end();
    const raw = readRawInJavaScript(stream.chunks);
    expect(raw).to.contain("😀").and.not.contain("\ufffd");
    expect(readEvents(raw).slice(0, -1).join("")).to.equal(escaped);
  });

  it("reaches the Python client's stream_chat unchanged, with the end marker unseen", async () => {
    const sent = await (await openStream(door.port, "/chat", chat)).end();
    const { text, error, chunks } = readChatInPython(sent);
    expect([text, error, chunks.length]).to.deep.equal([nasty, undefined, pieces.length + 1]);
  });

  for (const [path, body, textOf] of [
    ["/generate", generate, (frame: { response: string }) => frame.response],
    ["/chat", chat, (frame: { choices: { delta: { content?: string } }[] }) => frame.choices[0]?.delta.content ?? ""],
  ] as const) {
    it(`reaches a reader of events on ${path} unchanged`, async () => {
      const stream = await openStream(door.port, path, body, { Accept: "text/event-stream" });
      const frames = readEvents(await stream.end());
      expect(frames.pop()).to.equal("[DONE]");
      expect(frames.map((frame) => (textOf as (frame: unknown) => string)(JSON.parse(frame))).join("")).to.equal(nasty);
    });
  }

  it("reaches a reader of events on /chat that did not ask for them", async () => {
    const frames = readEvents(await (await openStream(door.port, "/chat", chat)).end());
    expect(frames.pop()).to.equal("[DONE]");
    expect(frames.map((frame) => JSON.parse(frame).choices[0].delta.content).join("")).to.equal(nasty);
  });
});

describe("an error in mid-stream", () => {
  let door: Door;
  before(async () => {
    const models = new FakeModels((generation) => {
      generation.begin({ promptTokens: 7, maxTokens: 100 });
      generation.push({ text: "so far 1" }, 3);
      setImmediate(() =>
        generation.fail(new LabError("engine_died", "The engine died after a timeout.\nSend it again.")),
      );
    });
    door = await openDoor({ models });
  });
  after(() => door.close());
  const message = "The engine died after a time limit. Send it again.";

  it("is an error to the Python client's stream_generate, after the text so far", async () => {
    const sent = await (await openStream(door.port, "/generate", generate)).end();
    expect(readGenerateInPython(sent)).to.deep.equal({ text: "so far 1", error: message });
  });

  it("is an error to the Python client's stream_chat", async () => {
    const sent = await (await openStream(door.port, "/chat", chat)).end();
    expect(readChatInPython(sent)).to.include({ text: "so far 1", error: message });
  });
});
