/** Several answers, and the tokens of answers, on LocalLab's own routes. */
import { expect } from "chai";
import type { TokenScore } from "../../../src/server/engine/result.js";
import { endingOf, FakeModels, type Script } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { openStream } from "../../support/stream-reader.js";

const messages = [{ role: "user", content: "Hi" }];
const events = { Accept: "text/event-stream" };

/** Half of a llama: bytes, and no text of its own. */
const half: TokenScore = { id: 7, bytes: [0xf0, 0x9f], logprob: -0.5, top: [{ id: 3, bytes: [65], logprob: -0.25 }] };
const told = {
  token: "\ufffd",
  id: 7,
  bytes: [0xf0, 0x9f],
  logprob: -0.5,
  top_logprobs: [{ token: "A", id: 3, bytes: [65], logprob: -0.25 }],
};

/** Says its seed in two pieces, each with the score of a token where the request asks for them. */
const saySeed: Script = (generation, request) => {
  const scores = request.logprobs === undefined ? {} : { scores: [half] };
  generation.begin({ promptTokens: 7, cachedTokens: 2, maxTokens: request.maxTokens });
  generation.push({ text: "seed ", ...scores }, 1);
  generation.push({ text: `${request.seed}`, ...scores }, 2);
  generation.finish({ ...endingOf(2), warnings: request.seed === 6 ? ["Slow."] : [] });
};

describe("answers on LocalLab's own routes", () => {
  let door: Door;
  let models: FakeModels;
  beforeEach(async () => {
    models = new FakeModels(saySeed);
    door = await openDoor({ models });
  });
  afterEach(() => door.close());

  it("are several with n, whose seeds follow each other: all in choices, the first beside them", async () => {
    const { json } = await door.post("/generate", { prompt: "x", n: 3, seed: 4_294_967_294 });
    expect(json).to.deep.include({ response: "seed 4294967294", finish_reason: "stop", seed: 4_294_967_294 });
    expect(json.choices).to.deep.equal([
      { index: 0, response: "seed 4294967294", finish_reason: "stop" },
      { index: 1, response: "seed 4294967295", finish_reason: "stop" },
      { index: 2, response: "seed 0", finish_reason: "stop" },
    ]);
    const chat = (await door.post("/chat", { messages, n: 2, seed: 5 })).json;
    expect(
      chat.choices.map((one: { index: number; message: { content: string } }) => [one.index, one.message.content]),
    ).to.deep.equal([
      [0, "seed 5"],
      [1, "seed 6"],
    ]);
    // the prompt once, every answer
    expect(chat.usage).to.deep.include({ prompt_tokens: 7, completion_tokens: 4, total_tokens: 11 });
    expect(chat.warnings).to.deep.equal(["choices[1]: Slow."]);
  });

  it("are one without n, or with n 1, as ever", async () => {
    for (const fields of [{}, { n: 1 }, { n: null }]) {
      const { json } = await door.post("/generate", { prompt: "x", seed: 1, ...fields });
      expect(json).to.include({ response: "seed 1" }).and.not.have.property("choices");
      expect((await door.post("/chat", { messages, ...fields })).json.choices).to.have.length(1);
    }
    expect(models.requests).to.have.length(6);
  });

  it("are at most 8, and whole", async () => {
    for (const [fields, words] of [
      [{ n: 9 }, "n is 9. It must be a whole number from 1 to 8."],
      [{ n: 0 }, "n is 0. It must be a whole number from 1 to 8."],
      [{ n: 2, stream: true }, "n is 2 and stream is true"],
    ] as const) {
      const { status, json } = await door.post("/generate", { prompt: "x", ...fields });
      expect([status, json.error.param]).to.deep.equal([400, "n"]);
      expect(json.detail).to.contain(words);
    }
    expect(models.requests).to.have.length(0);
  });

  it("have their tokens beside them where logprobs asks: whole, several, in a batch", async () => {
    const logprobs = { content: [told, told] };
    const generate = (await door.post("/generate", { prompt: "x", logprobs: 1, n: 2 })).json;
    expect(generate.logprobs).to.deep.equal(logprobs);
    expect(generate.choices[1].logprobs).to.deep.equal(logprobs);
    expect((await door.post("/chat", { messages, logprobs: 1 })).json.choices[0].logprobs).to.deep.equal(logprobs);
    const batch = (await door.post("/generate/batch", { prompts: ["a", "b"], logprobs: 0 })).json;
    expect(batch.logprobs).to.deep.equal([logprobs, logprobs]);
    for (const path of ["/generate", "/chat", "/generate/batch"]) {
      const { text } = await door.post(path, { prompt: "x", messages, prompts: ["x"] });
      expect(text, path).to.not.contain("logprobs");
    }
  });

  it("have their tokens in the frames of streams", async () => {
    const frames = async (path: string, body: object, headers?: Record<string, string>): Promise<string[]> => {
      const stream = await openStream(door.port, path, { ...body, stream: true, logprobs: 1 }, headers);
      return (await stream.end()).split("\n").filter((line) => line.startsWith("data: {"));
    };
    const content = JSON.stringify({ content: [told] });
    for (const lines of [
      await frames("/generate", { prompt: "x" }, events),
      await frames("/chat", { messages }, events),
      await frames("/chat", { messages }),
    ]) {
      expect(lines.map((line) => line.includes(`"logprobs":${content}`))).to.deep.equal([true, true, false]);
    }
  });
});
