import { expect } from "chai";
import { readGenerateInPython, readGenerateInTerminal } from "../support/locallab-line-readers.js";
import { type RealServer, startRealServer } from "../support/real-server.js";
import { endlessPrompt, greedyText } from "../support/sample-theory.js";

const greedy = { temperature: 0, repetition_penalty: 1, top_p: 1, top_k: 0 };
const counts = ["prompt_tokens", "completion_tokens", "total_tokens"];

describe("the API document, row by row", function () {
  this.timeout(60_000);
  let lab: RealServer;
  before(async () => {
    lab = await startRealServer({ context: 512, slots: 2 });
  });
  after(() => lab.stop());

  it("POST /generate answers with response and usage, and keeps the extras beside", async () => {
    const { status, json } = await lab.post("/generate", {
      prompt: "The sea",
      model_id: null,
      stream: false,
      max_length: 12,
      temperature: 0.7,
      top_p: 0.9,
      top_k: 80,
      repetition_penalty: 1.15,
    });
    expect(status).to.equal(200);
    expect(json.response).to.be.a("string").with.length.greaterThan(0);
    expect(json.usage).to.include.keys(counts);
    expect(json.usage.total_tokens).to.equal(json.usage.prompt_tokens + json.usage.completion_tokens);
    expect(json).to.include.keys("id", "model", "seed", "timings", "warnings", "finish_reason");
    expect(JSON.stringify(json)).to.not.match(/"(promptTokens|finishReason|modelId)"/);
  });

  it("POST /generate takes every field as null, and every field left out", async () => {
    const nulls = ["model_id", "stream", "max_length", "temperature", "top_p", "top_k", "repetition_penalty"];
    const more = ["stop", "seed", "system_prompt", "max_time", "strict"];
    const body = Object.fromEntries([...nulls, ...more].map((name) => [name, null]));
    expect((await lab.post("/generate", { prompt: "The sea", ...body })).status).to.equal(200);
    expect((await lab.post("/generate", { prompt: "The sea" })).status).to.equal(200);
  });

  it("POST /chat answers with choices", async () => {
    const { json } = await lab.post("/chat", { messages: [{ role: "user", content: "Hello" }] });
    expect(json.choices).to.have.length(1);
    expect(json.choices[0]).to.deep.include({ index: 0, finish_reason: "stop" });
    expect(json.choices[0].message.role).to.equal("assistant");
    expect(json.choices[0].message.content).to.have.length.greaterThan(0);
    expect(json.usage).to.include.keys(counts);
  });

  it("POST /generate/batch answers in the order of the prompts", async () => {
    const prompts = ["The sea", "A cat", "Music is", "The weather", "Hello"];
    const { json } = await lab.post("/generate/batch", { prompts, ...greedy, max_length: 16 });
    expect(json.responses).to.deep.equal(prompts.map((prompt) => greedyText("sample", prompt, 16).text));
    expect(json.errors).to.deep.equal([]);
    expect(json.usage.total_tokens).to.equal(json.usage.prompt_tokens + json.usage.completion_tokens);
  });

  it("equal prompts of a batch get different seeds, and each answer can be repeated alone", async () => {
    const options = { max_length: 16, temperature: 1.5, seed: 40 };
    const prompts = Array.from({ length: 8 }, () => "x.");
    const { json } = await lab.post("/generate/batch", { prompts, ...options });
    expect(new Set(json.responses).size).to.be.greaterThan(1);
    const third = (await lab.post("/generate", { prompt: "x.", ...options, seed: 42 })).json;
    expect(third.response).to.equal(json.responses[2]);
  });

  it("a prompt of a batch that fails is empty at its place, and all that fail are an error", async () => {
    const long = "The sea is deep. ".repeat(300);
    const mixed = await lab.post("/generate/batch", { prompts: ["The sea", long], ...greedy, max_length: 8 });
    expect(mixed.status).to.equal(200);
    expect(mixed.json.responses[1]).to.equal("");
    expect(mixed.json.errors).to.have.length(1);
    expect(mixed.json.errors[0]).to.include({ index: 1, code: "prompt_too_long" });
    const all = await lab.post("/generate/batch", { prompts: [long, long], max_length: 8 });
    expect([all.status, all.json.error.code]).to.deep.equal([413, "prompt_too_long"]);
  });

  it("a prompt that does not fit is 413 with both numbers, streamed or not", async () => {
    const prompt = "The sea is deep. ".repeat(300);
    for (const stream of [false, true]) {
      const { status, json } = await lab.post("/generate", { prompt, stream });
      expect(status).to.equal(413);
      expect(json.detail)
        .to.match(/\d{4} tokens/)
        .and.contain("512");
      expect(json.error).to.include({ code: "prompt_too_long", message: json.detail });
    }
  });

  it("max_length beyond the context is shortened and said; strict makes it a 400", async () => {
    const body = { prompt: endlessPrompt, ...greedy, max_length: 4096 };
    const { json } = await lab.post("/generate", body);
    expect(json.finish_reason).to.equal("length");
    expect(json.usage.total_tokens).to.equal(512);
    expect(json.warnings.join(" ")).to.contain("max_length").and.contain("4096");
    const strict = await lab.post("/generate", { ...body, strict: true });
    expect([strict.status, strict.json.error.param]).to.deep.equal([400, "max_length"]);
  });

  it("max_time ends an answer with what it has", async () => {
    const { json } = await lab.post("/generate", { prompt: endlessPrompt, ...greedy, max_length: 400, max_time: 0.1 });
    expect(json.finish_reason).to.equal("length");
    expect(json.usage.completion_tokens).to.be.within(1, 399);
    expect(json.warnings.join(" ")).to.contain("max_time");
  });

  it("stop ends an answer before the text, also inside of a word", async () => {
    const whole = greedyText("sample", "The sea", 40).text;
    const cut = whole.slice(10, 16);
    const { json } = await lab.post("/generate", {
      prompt: "The sea",
      ...greedy,
      max_length: 40,
      stop: [cut, "never there"],
    });
    expect(json.response).to.equal(whole.slice(0, whole.indexOf(cut)));
    expect(json.finish_reason).to.equal("stop");
  });

  it("aliases mean what they stand for, unknown fields are named", async () => {
    const body = { prompt: endlessPrompt, temperature: 0, repetitionPenalty: 1, max_tokens: 7, topP: 1, colour: "red" };
    const { json } = await lab.post("/generate", body);
    expect(json.usage.completion_tokens).to.equal(7);
    expect(json.warnings.join(" ")).to.contain('"colour"');
  });

  it("streams of /generate and /chat read by LocalLab's clients hold the whole text", async () => {
    const theory = greedyText("sample", "The sea", 40).text;
    const raw = (await lab.post("/generate", { prompt: "The sea", ...greedy, max_length: 40, stream: true })).text;
    expect(readGenerateInPython(raw).text).to.equal(theory.replaceAll("\n", "\\n"));
    expect(readGenerateInTerminal(raw)).to.equal(theory.replaceAll("\n", "\\n"));
    expect(raw.endsWith("data: [DONE]\n\n")).to.equal(true);
  });

  it("models: available, current, load, unload, and back", async () => {
    const list = (await lab.get("/models/available")).json;
    expect(list.models.map((model: { id: string }) => model.id)).to.deep.equal(["sample", "sample-b"]);
    expect(list.current_model).to.equal("sample");
    const load = (await lab.post("/models/load", { model_id: "sample-b" })).json;
    expect(load).to.include({ status: "success" });
    expect((await lab.get("/models/current")).json).to.include({
      id: "sample-b",
      model_id: "sample-b",
      is_loaded: true,
    });
    const unload = (await lab.post("/models/unload", undefined)).json;
    expect(unload.status).to.equal("Model unloaded successfully");
    expect((await lab.get("/models/current")).status).to.equal(404);
    expect((await lab.get("/ready")).status).to.equal(503);
    expect((await lab.post("/generate", { prompt: "x" })).json.error.code).to.equal("no_model_loaded");
    expect((await lab.post("/models/load", { model_id: "nope" })).status).to.equal(404);
    expect((await lab.post("/generate", { prompt: "The sea", model_id: "sample", max_length: 3 })).json.model).to.equal(
      "sample",
    );
  });

  it("GET /system/info tells machine, engine, model and counts", async () => {
    const { json } = await lab.get("/system/info");
    expect(json.memory.total_bytes).to.be.greaterThan(1e8);
    expect(json.cpu.cores).to.be.at.least(1);
    expect(json.engine).to.include({ backend: "cpu" });
    expect(json.engine.memory_bytes).to.be.greaterThan(1e7);
    expect(json.active_model).to.equal("sample");
    expect(json.request_count).to.be.greaterThan(0);
    expect(json.uptime).to.be.greaterThan(0);
  });

  it("GET /requests keeps numbers and no text, unless the server was told to record in full", async () => {
    const secret = "The sea and the secret";
    await lab.post("/generate", { prompt: secret, max_length: 2 });
    const { text, json } = await lab.get("/requests");
    expect(json.recent[0]).to.include({ route: "POST /generate", status: 200, completion_tokens: 2, prompt: null });
    expect(text).to.not.contain("secret");
    const full = await startRealServer({ record: "full" });
    try {
      await full.post("/chat", { messages: [{ role: "user", content: secret }], max_length: 2 });
      await full.post("/generate/batch", { prompts: ["one", "two"], max_length: 2 });
      const { recent } = (await full.get("/requests")).json;
      expect(recent.map((entry: { prompt: string }) => entry.prompt)).to.deep.equal(["one\ntwo", `user: ${secret}`]);
    } finally {
      await full.stop();
    }
  });

  it("GET /health and /ready tell busy from ready", async () => {
    expect((await lab.get("/ready")).json).to.include({ ready: true, state: "ready" });
    const body = { prompt: endlessPrompt, ...greedy, max_length: 480 };
    const running = [1, 2].map(() => lab.post("/generate", body));
    for (;;) {
      const { json } = await lab.get("/health");
      expect(json.status).to.equal("healthy");
      if (json.slots.busy === 2) break;
    }
    const busy = await lab.get("/ready");
    expect([busy.status, busy.json.state, busy.json.ready]).to.deep.equal([503, "busy", false]);
    await Promise.all(running);
  });
});
