/** Streams, byte by byte. */
import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import type { HttpTimings } from "../../../src/server/http/http-timings.js";
import { answerWith, FakeModels, failWith, finishWith, type Script, usageOnWire } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { openStream, type StreamReader } from "../../support/stream-reader.js";

const generate = { prompt: "x", stream: true, seed: 3 };
const chat = { messages: [{ role: "user", content: "Hi" }], stream: true, seed: 3 };
const events = { Accept: "text/event-stream" };
const begun: Script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 8192 });

describe("a stream", () => {
  let door: Door;
  const open = async (script: Script, timings: Partial<HttpTimings> = {}): Promise<void> => {
    door = await openDoor({ models: new FakeModels(script), timings });
  };
  const start = (path: string, body: object, headers?: Record<string, string>): Promise<StreamReader> =>
    openStream(door.port, path, body, headers);
  const generation = (): (typeof door.models.requests)[0]["generation"] => door.models.requests[0]!.generation;
  afterEach(() => door.close());

  it("of /generate is plain text in frames, to the byte", async () => {
    await open(answerWith(["Hello", ", ", "wor", "ld\n"]));
    const stream = await start("/generate", generate);
    expect(await stream.end()).to.equal("data: Hello\n\ndata: ,\n\ndata:  wor\n\ndata: ld\\n\n\ndata: [DONE]\n\n");
    expect(stream.headers).to.include({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
      "transfer-encoding": "chunked",
    });
    expect(stream.headers["x-request-id"]).to.match(/^req_/);
  });

  it("of /chat is JSON in two lines a chunk, to the byte", async () => {
    await open(answerWith(["Hi\u2028"]));
    const stream = await start("/chat", chat);
    const id = stream.headers["x-request-id"];
    const chunk = `{"id":"${id}","model":"fake","role":"assistant","content":"Hi\\u2028","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi\\u2028"},"finish_reason":null}]}`;
    const text = await stream.end();
    expect(text.slice(0, text.indexOf("\n\n"))).to.equal(`data: ${chunk}\n${chunk}`);
    const [, last = "", done] = text.split("\n\n");
    const [event = "", bare = ""] = last.split("\n");
    expect(event).to.equal(`data: ${bare}`);
    expect(JSON.parse(bare)).to.deep.include({ content: "", seed: 3, warnings: [], usage: usageOnWire(1) });
    expect(JSON.parse(bare).choices[0].finish_reason).to.equal("stop");
    expect(done).to.equal('data: [DONE]\n"[DONE]"');
  });

  it("of /generate as events is JSON, the last frame with all that stands beside an answer", async () => {
    await open(answerWith(["a", "b\n"], { maxTokens: 5 }));
    const stream = await start("/generate", { ...generate, max_length: 9 }, events);
    const id = stream.headers["x-request-id"];
    const frames = (await stream.end()).split("\n\n").filter(Boolean);
    expect(frames.pop()).to.equal("data: [DONE]");
    const json = frames.map((frame) => JSON.parse(frame.slice(6)));
    expect(json.slice(0, 2)).to.deep.equal([
      { id, model: "fake", response: "a", finish_reason: null },
      { id, model: "fake", response: "b\n", finish_reason: null },
    ]);
    expect(json[2]).to.deep.include({
      id,
      response: "",
      finish_reason: "stop",
      seed: 3,
    });
    expect(json[2].timings).to.include({ prefill_ms: 2, decode_ms: 4, tokens_per_second: 250 });
    expect(json[2].warnings[0]).to.match(/^max_length was shortened from 9 to 5/);
  });

  it("of /chat as events names the role once", async () => {
    await open(answerWith(["a", "b"]));
    const frames = (
      await (await start("/chat", chat, { Accept: "application/json, text/event-stream;q=0.9" })).end()
    ).split("\n\n");
    const deltas = frames.slice(0, 3).map((frame) => JSON.parse(frame.slice(6)).choices[0]);
    expect(deltas).to.deep.equal([
      { index: 0, delta: { role: "assistant", content: "a" }, finish_reason: null },
      { index: 0, delta: { content: "b" }, finish_reason: null },
      { index: 0, delta: {}, finish_reason: "stop" },
    ]);
  });

  it("sends every piece as it is made", async () => {
    await open(begun);
    const stream = await start("/generate", generate);
    generation().push({ text: "one" }, 1);
    await stream.until(/data: one\n\n$/);
    generation().push({ text: " two" }, 2);
    await stream.until(/data: {2}two\n\n$/);
    finishWith(generation(), "one two", 2);
    expect(await stream.end()).to.match(/\[DONE\]\n\n$/);
  });

  it("is one frame at least, also of an empty answer", async () => {
    await open(answerWith([]));
    expect(await (await start("/generate", generate)).end()).to.equal("data: [DONE]\n\n");
  });

  for (const [form, headers] of [
    ["its own form", undefined],
    ["events", events],
  ] as const) {
    for (const [path, body] of [
      ["/generate", generate],
      ["/chat", chat],
    ] as const) {
      it(`of ${path} in ${form} keeps the status of an error before it begins`, async () => {
        await open(failWith(new LabError("prompt_too_long", "5000 tokens do not fit into 4096.")));
        const stream = await start(path, body, headers);
        expect([stream.status, stream.headers["content-type"]]).to.deep.equal([413, "application/json; charset=utf-8"]);
        expect(JSON.parse(await stream.end()).detail).to.contain("4096");
      });

      it(`of ${path} in ${form} ends with an error frame, not with a cut`, async () => {
        await open((generation) => {
          begun(generation, {} as never, 0);
          generation.push({ text: "word" }, 1);
        });
        const stream = await start(path, body, headers);
        await stream.until(/word/);
        generation().fail(new LabError("engine_died", "The engine died. Send it again."));
        const last = (await stream.end()).split("\n\n").at(-2) ?? "";
        if (path === "/generate" && headers === undefined)
          return expect(last).to.equal("data: Error: The engine died. Send it again.");
        const [event = "", bare] = last.split("\n");
        expect(JSON.parse(event.slice(6))).to.deep.include({ detail: "The engine died. Send it again." });
        expect(JSON.parse(event.slice(6)).error.code).to.equal("engine_died");
        return expect(bare).to.equal(headers === undefined ? "Error: The engine died. Send it again." : undefined);
      });
    }
  }

  it("reveals nothing of an error nobody foresaw", async () => {
    await open(begun);
    const stream = await start("/generate", generate, events);
    generation().fail(new Error("secret of the inside"));
    const text = await stream.end();
    expect(text).to.contain("internal_error").and.not.contain("secret");
    expect(door.logged.filter(({ level }) => level === "error")).to.have.length(1);
  });

  it("of a cancelled request says so", async () => {
    await open(begun);
    const stream = await start("/generate", generate, events);
    await door.send("DELETE", `/requests/${stream.headers["x-request-id"]}`);
    expect(await stream.end()).to.contain('"code":"request_cancelled"');
  });

  it("waits for its turn without headers, but as events only for a while", async () => {
    await open(() => {}, { startedWaitMs: 20, keepAliveMs: 10 });
    const stream = await start("/generate", generate, events);
    expect(stream.status).to.equal(200);
    await stream.until(/^: still working\n\n/);
    generation().fail(new LabError("queue_timeout", "No turn came."));
    expect(await stream.end()).to.contain('"code":"queue_timeout"');
    const plain = start("/generate", generate);
    await door.models.until(() => door.models.requests.length === 2);
    door.models.requests[1]?.generation.fail(new LabError("queue_timeout", "No turn came."));
    expect((await plain).status).to.equal(503);
  });

  it("has comments while nothing is said, as events only", async () => {
    await open(begun, { keepAliveMs: 10 });
    const stream = await start("/generate", generate, events);
    const plain = await start("/generate", generate);
    await stream.until(/(: still working\n\n){3}/);
    for (const { generation: each } of door.models.requests) finishWith(each, "", 0);
    expect(await plain.end()).to.equal("data: [DONE]\n\n");
    expect((await stream.end()).replaceAll(": still working\n\n", "")).to.match(/^data: {.*}\n\ndata: \[DONE\]\n\n$/);
  });

  it("refuses a shortened length with strict, before or after it began", async () => {
    await open((generation) => void generation.begin({ promptTokens: 7, maxTokens: 5 }));
    const early = await start("/generate", { ...generate, max_length: 9, strict: true });
    expect(early.status).to.equal(400);
    door.models.script = () => {};
    await door.close();
    await open(() => {}, { startedWaitMs: 1 });
    const late = await start("/generate", { ...generate, max_length: 9, strict: true }, events);
    generation().begin({ promptTokens: 7, maxTokens: 5 });
    generation().push({ text: "a" }, 1);
    expect(await late.end()).to.match(/^data: {"detail":"max_length is 9[^\n]*"param":"max_length"[^\n]*\n\n$/);
    expect(door.models.requests[0]?.cancelled).to.equal(true);
  });

  it("stops the model when the client goes away, before and after it began", async () => {
    await open(() => {});
    const waiting = door.connect();
    const body = JSON.stringify(generate);
    waiting.write(
      `POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await door.models.until(() => door.models.requests.length === 1);
    waiting.destroy();
    await door.models.until(() => door.models.requests[0]?.cancelled === true);
    door.models.script = begun;
    const stream = await start("/chat", chat);
    stream.destroy();
    await door.models.until(() => door.models.requests[1]?.cancelled === true);
    expect(door.logged.filter(({ level }) => level === "error")).to.deep.equal([]);
  });

  it("stops the model when the client does not read", async () => {
    await open(begun, { stallMs: 50 });
    const socket = door.connect();
    const body = JSON.stringify(generate);
    socket.write(
      `POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await door.models.until(() => door.models.requests.length === 1);
    socket.pause();
    for (let piece = 0; piece < 2000; piece += 1) generation().push({ text: `${"x".repeat(20_000)}\n` }, piece);
    await door.models.until(() => door.models.requests[0]?.cancelled === true);
    // the log comes after the cancel: one more round trip
    await door.send("GET", "/health");
    expect(door.logged.map(({ message }) => message)).to.include("a stream was given up");
  });
});
