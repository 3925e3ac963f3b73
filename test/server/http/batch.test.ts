import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { answerWith, FakeModels, finishWith, type Script } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";

/** Answers with the prompt itself, doubled; "bad" fails. */
const echo: Script = (generation, request, index) => {
  const text = request.input.kind === "prompt" ? request.input.text : "";
  if (text === "bad") generation.fail(new LabError("prompt_too_long", "Too long."));
  else answerWith([text, text])(generation, request, index);
};

const prompts = (count: number): string[] => Array.from({ length: count }, (_, index) => `p${index}`);

describe("POST /generate/batch", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor({ models: new FakeModels(echo) });
  });
  afterEach(() => door.close());

  it("answers every prompt, in order, and adds up what it used", async () => {
    const { status, json } = await door.post("/generate/batch", { prompts: ["a", "b", "c"], seed: 4 });
    expect(status).to.equal(200);
    expect(json).to.deep.include({
      responses: ["aa", "bb", "cc"],
      finish_reasons: ["stop", "stop", "stop"],
      errors: [],
      seed: 4,
      model: "fake",
      usage: {
        prompt_tokens: 21,
        completion_tokens: 6,
        total_tokens: 27,
        prompt_tokens_details: { cached_tokens: 6 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
  });

  it("keeps the order when the last is ready first", async () => {
    door.models.script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 8192 });
    const reply = door.post("/generate/batch", { prompts: ["a", "b"] });
    await door.models.until(() => door.models.requests.length === 2);
    finishWith(door.models.requests[1]?.generation, "second", 1);
    finishWith(door.models.requests[0]?.generation, "first", 1);
    expect((await reply).json.responses).to.deep.equal(["first", "second"]);
  });

  it("sends no more than there are slots at a time", async () => {
    let running = 0;
    let most = 0;
    door.models.script = (generation, request, index) => {
      running += 1;
      most = Math.max(most, running);
      setImmediate(() => {
        running -= 1;
        echo(generation, request, index);
      });
    };
    const { json } = await door.post("/generate/batch", { prompts: prompts(128) });
    expect(json.responses).to.deep.equal(prompts(128).map((text) => text + text));
    expect(most).to.equal(2);
  });

  it("leaves a failed prompt empty and says why, with status 200", async () => {
    const { status, json } = await door.post("/generate/batch", { prompts: ["a", "bad", "c"] });
    expect(status).to.equal(200);
    expect(json).to.deep.include({
      responses: ["aa", "", "cc"],
      finish_reasons: ["stop", null, "stop"],
      errors: [{ index: 1, code: "prompt_too_long", message: "Too long." }],
    });
    expect(json.usage.completion_tokens).to.equal(4);
  });

  it("answers with the first prompt's error when all fail", async () => {
    const { status, json } = await door.post("/generate/batch", { prompts: ["bad", "bad"] });
    expect([status, json.error.code]).to.deep.equal([413, "prompt_too_long"]);
    door.models.refusal = new LabError("no_model_loaded", "None.");
    expect((await door.post("/generate/batch", { prompts: ["a"] })).status).to.equal(400);
  });

  it("reveals nothing of a prompt's error nobody foresaw", async () => {
    door.models.script = (generation, request, index) =>
      index === 0 ? generation.fail(new Error("secret")) : echo(generation, request, index);
    const { status, text, json } = await door.post("/generate/batch", { prompts: ["a", "b"] });
    expect([status, json.errors[0].code, text.includes("secret")]).to.deep.equal([200, "internal_error", false]);
    expect(door.logged.filter(({ level }) => level === "error")).to.have.length(1);
  });

  it("names the prompt a warning is about", async () => {
    door.models.script = answerWith(["a"], { maxTokens: 5 });
    const { json } = await door.post("/generate/batch", { prompts: ["a", "b"], max_length: 10, extra: 1 });
    expect(json.warnings.map((warning: string) => warning.slice(0, 25))).to.deep.equal([
      "Unknown fields are ignore",
      "prompts[0]: max_length wa",
      "prompts[1]: max_length wa",
    ]);
  });

  it("ends every prompt when the client goes away, and begins no other", async () => {
    door.models.script = (generation) => void generation.begin({ promptTokens: 7, maxTokens: 8192 });
    const socket = door.connect();
    const body = JSON.stringify({ prompts: prompts(10) });
    socket.write(
      `POST /generate/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await door.models.until(() => door.models.requests.length === 2);
    socket.destroy();
    await door.models.until(() => door.models.requests.every(({ cancelled }) => cancelled));
    await door.send("GET", "/health");
    expect(door.models.requests).to.have.length(2);
  });

  it("shows up as one request and is cancelled as one", async () => {
    door.models.script = (generation) => {
      generation.begin({ promptTokens: 7, maxTokens: 8192 });
      generation.push({ text: "x" }, 3);
    };
    const reply = door.post("/generate/batch", { prompts: prompts(10) });
    await door.models.until(() => door.models.requests.length === 2);
    const { active } = (await door.send("GET", "/requests")).json;
    expect(active).to.have.length(1);
    expect(active[0]).to.include({ state: "decoding", prompt_tokens: 14, completion_tokens: 6 });
    expect((await door.send("DELETE", `/requests/${active[0].id}`)).status).to.equal(200);
    expect((await reply).status).to.equal(499);
    expect(door.models.requests).to.have.length(2);
  });

  it("gives the rate of all prompts together", async () => {
    const { timings } = (await door.post("/generate/batch", { prompts: ["a", "b"] })).json;
    expect(timings.prefill_ms).to.equal(4);
    expect(timings.total_ms).to.be.at.least(timings.time_to_first_token_ms);
    for (const value of Object.values(timings)) expect(value).to.be.at.least(0);
  });
});

describe("max_time of a batch", () => {
  let door: Door;
  afterEach(() => door.close());

  it("is that of all prompts together: those in time are given, the others say why not", async () => {
    // the first two run until their time is over, so no other gets a turn
    const models = new FakeModels((generation) => {
      if (generation.isOver) return;
      generation.begin({ promptTokens: 7, maxTokens: 8192 });
      generation.push({ text: "half" }, 1);
    });
    door = await openDoor({ models });
    const began = performance.now();
    const { status, json } = await door.post("/generate/batch", { prompts: prompts(20), max_time: 0.3 });
    expect(performance.now() - began).to.be.lessThan(3000);
    expect(status).to.equal(200);
    expect(json.responses.slice(0, 3)).to.deep.equal(["half", "half", ""]);
    expect(json.errors).to.have.length(18);
    expect(json.errors[0]).to.deep.include({ index: 2, code: "queue_timeout" });
    expect(json.warnings).to.have.length(2);
  });
});
