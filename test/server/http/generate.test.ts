/** Answers in one piece: `/generate` and `/chat`. */
import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { answerWith, FakeModels, failWith, type Script, usageOnWire } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";

const messages = [{ role: "user", content: "Hi" }];

describe("an answer in one piece", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor({ models: new FakeModels(answerWith(["Hello", " world"])) });
  });
  afterEach(() => door.close());

  it("has the body of the API document, with extras beside", async () => {
    const { status, json, headers } = await door.post("/generate", { prompt: "x", seed: 5 });
    expect(status).to.equal(200);
    expect(json).to.deep.equal({
      response: "Hello world",
      finish_reason: "stop",
      id: headers["x-request-id"],
      model: "fake",
      seed: 5,
      usage: usageOnWire(2),
      timings: json.timings,
      warnings: [],
    });
    expect(json.timings).to.include({ prefill_ms: 2, decode_ms: 4, tokens_per_second: 250, threads: 2 });
  });

  it("has the choices of a chat", async () => {
    const { json } = await door.post("/chat", { messages });
    expect(json.choices).to.deep.equal([
      { index: 0, message: { role: "assistant", content: "Hello world" }, finish_reason: "stop" },
    ]);
    expect(json).to.include.keys("usage", "timings", "model", "seed", "id", "warnings");
  });

  it("hands the model what was asked for", async () => {
    await door.post("/generate", {
      prompt: "x",
      modelId: "other",
      max_tokens: 3,
      temperature: 0,
      stop: "END",
      max_time: 2.5,
    });
    const [{ modelId, request } = { modelId: "", request: undefined }] = door.models.requests;
    expect(modelId).to.equal("other");
    expect(request).to.include({ maxTokens: 3, temperature: 0, maxTimeMs: 2500 });
    expect(request?.stop).to.deep.equal(["END"]);
  });

  it("lets nothing reach the model when a field is wrong, and names it", async () => {
    const { status, json } = await door.post("/generate", { prompt: "x", temperature: "0.8" });
    expect(status).to.equal(400);
    expect(json).to.deep.equal({
      detail: 'temperature is "0.8". It must be a number from 0 to 2.',
      error: {
        message: 'temperature is "0.8". It must be a number from 0 to 2.',
        type: "invalid_request_error",
        param: "temperature",
        code: "invalid_request",
      },
    });
    expect(door.models.requests).to.deep.equal([]);
  });

  for (const [code, status] of [
    ["no_model_loaded", 400],
    ["model_not_found", 404],
    ["engine_failed", 503],
    ["queue_full", 429],
    ["shutting_down", 503],
  ] as const) {
    it(`answers ${status} to ${code}, told at once`, async () => {
      door.models.refusal = new LabError(code, "Not now.");
      const reply = await door.post("/generate", { prompt: "x" });
      expect([reply.status, reply.json.error.code]).to.deep.equal([status, code]);
      expect(reply.headers["retry-after"]).to.equal(status === 429 ? "1" : undefined);
    });
  }

  for (const [code, status] of [
    ["prompt_too_long", 413],
    ["engine_died", 503],
    ["queue_timeout", 503],
    ["model_load_failed", 400],
  ] as const) {
    it(`answers ${status} to ${code}, told later`, async () => {
      door.models.script = failWith(new LabError(code, "It did not go well.", { retryAfterSeconds: 2.1 }));
      const reply = await door.post("/chat", { messages });
      expect([reply.status, reply.json.error.code, reply.headers["retry-after"]]).to.deep.equal([status, code, "3"]);
    });
  }

  describe("shortened", () => {
    it("says so when the length was asked for", async () => {
      door.models.script = answerWith(["a"], { maxTokens: 50 });
      const { json } = await door.post("/generate", { prompt: "x", max_length: 100 });
      expect(json.warnings).to.deep.equal([
        "max_length was shortened from 100 to 50, which is what the prompt leaves of the context.",
      ]);
    });

    it("says nothing of a default nobody reached, and says so when it ended the answer", async () => {
      door.models.script = answerWith(["a"], { maxTokens: 50 });
      expect((await door.post("/generate", { prompt: "x" })).json.warnings).to.deep.equal([]);
      door.models.script = answerWith(["a"], { maxTokens: 50, finishReason: "length" });
      const { json } = await door.post("/generate", { prompt: "x" });
      expect(json.finish_reason).to.equal("length");
      expect(json.warnings).to.have.length(1);
    });

    it("is refused with strict as soon as it is known, and the model is let go", async () => {
      door.models.script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 50 });
      const { status, json } = await door.post("/generate", { prompt: "x", max_length: 100, strict: true });
      expect([status, json.error.code, json.error.param]).to.deep.equal([400, "invalid_request", "max_length"]);
      expect(json.detail).to.contain("50");
      expect(door.models.requests[0]?.cancelled).to.equal(true);
    });

    it("is no matter with strict when the length is the default", async () => {
      door.models.script = answerWith(["a"], { maxTokens: 50 });
      expect((await door.post("/generate", { prompt: "x", strict: true })).status).to.equal(200);
    });
  });

  describe("limited by the key's budget", () => {
    const limited: Script = (generation, request, index) => {
      // as a key with three tokens left would have it
      const tokenBudget = { setAside: () => 3, settle: () => {} };
      Object.assign(generation, { caller: { ...generation.caller, tokenBudget } });
      answerWith(["a"])(generation, request, index);
    };

    it("says so, and does not blame the context", async () => {
      door.models.script = limited;
      const { warnings } = (await door.post("/generate", { prompt: "x", max_length: 9 })).json;
      expect(warnings).to.have.length(1);
      expect(warnings[0]).to.match(/3 tokens.*token budget/);
    });

    it("is refused with strict in its own words", async () => {
      door.models.script = limited;
      const { json } = await door.post("/generate", { prompt: "x", max_length: 9, strict: true });
      expect(json.detail).to.match(/max_length is 9, but the key's token budget leaves 3 tokens\./);
    });
  });

  it("says when max_time ended it", async () => {
    door.models.script = (generation) => {
      generation.begin({ promptTokens: 7, maxTokens: 8192 });
      generation.push({ text: "a" }, 1);
    };
    const { json } = await door.post("/generate", { prompt: "x", max_time: 0.1 });
    expect([json.finish_reason, json.warnings]).to.deep.equal([
      "length",
      ["max_time of 0.1 s ended the answer before it was complete."],
    ]);
  });

  it("stops the model when the client goes away", async () => {
    door.models.script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 100 });
    const socket = door.connect();
    const body = JSON.stringify({ prompt: "x" });
    socket.write(
      `POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await door.models.until(() => door.models.requests.length === 1);
    socket.destroy();
    await door.models.until(() => door.models.requests[0]?.cancelled === true);
    expect(door.models.requests[0]?.cancelled).to.equal(true);
  });

  it("stops both models when a client with two requests on one connection goes away", async () => {
    door.models.script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 100 });
    const socket = door.connect();
    const body = JSON.stringify({ prompt: "x" });
    const request = `POST /generate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    socket.write(request + request);
    await door.models.until(() => door.models.requests.length === 2);
    socket.destroy();
    await door.models.until(() => door.models.requests.every(({ cancelled }) => cancelled));
    expect(door.requests.list({ id: "owner", isOwner: true }).active).to.deep.equal([]);
  });

  it("leaves a finished generation alone", async () => {
    await door.post("/generate", { prompt: "x" });
    expect(door.models.requests[0]?.cancelled).to.equal(false);
  });

  it("refuses work while the server stops, and closes the connection", async () => {
    door.stopping = true;
    const { status, json, headers } = await door.post("/generate", { prompt: "x" });
    expect([status, json.error.code, headers.connection]).to.deep.equal([503, "shutting_down", "close"]);
    expect(headers["retry-after"]).to.equal("5");
    expect((await door.send("GET", "/health")).json.state).to.equal("stopping");
    expect((await door.send("GET", "/ready")).status).to.equal(503);
  });
});
