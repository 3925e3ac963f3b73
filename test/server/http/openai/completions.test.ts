/** `POST /v1/completions` over the real door: what OpenAI's clients read of it. */
import { expect } from "chai";
import type { TokenScore } from "../../../../src/server/engine/result.js";
import { endingOf, type Script, usageOnWire } from "../../../support/fake-models.js";
import { type Door, openDoor, type Reply } from "../../../support/http-client.js";

const path = "/v1/completions";

type Event = {
  choices: { index: number; text: string; logprobs: unknown; finish_reason: string | null }[];
  usage?: unknown;
};
const eventsOf = (reply: Reply): Event[] =>
  reply.text
    .split("\n\n")
    .filter((frame) => frame.startsWith("data: ") && frame !== "data: [DONE]")
    .map((frame) => JSON.parse(frame.slice(6)));

const score = (bytes: number[], logprob: number): TokenScore => ({
  id: 1,
  bytes,
  logprob,
  top: [
    { id: 1, bytes, logprob },
    { id: 2, bytes: [120], logprob: Number.NEGATIVE_INFINITY },
  ],
});

/** "é!" in three tokens, of which the first two are one character. */
const scored: Script = (generation, request) => {
  generation.begin({ promptTokens: 7, cachedTokens: 2, maxTokens: request.maxTokens });
  generation.push({ text: "é", scores: [score([0xc3], -1), score([0xa9], 0)] }, 2);
  generation.push({ text: "!", scores: [score([33], -0.5)] }, 3);
  generation.finish(endingOf(3));
};

describe("POST /v1/completions", () => {
  let door: Door;
  beforeEach(async () => {
    door = await openDoor();
  });
  afterEach(() => door.close());

  it("continues a text with at most 16 tokens, as OpenAI's document has it", async () => {
    const { json } = await door.post(path, { model: "fake", prompt: "The sea" });
    expect(json).to.deep.include({ object: "text_completion", model: "fake", usage: usageOnWire(2) });
    expect(json.id).to.match(/^cmpl-/);
    expect(json.choices).to.deep.equal([{ text: "Hello world", index: 0, logprobs: null, finish_reason: "stop" }]);
    expect(door.models.requests[0]?.request).to.deep.include({
      maxTokens: 16,
      input: { kind: "prompt", text: "The sea" },
    });
  });

  it("continues each of several prompts n times, counts each prompt once, and puts them first where asked", async () => {
    const { json } = await door.post(path, { prompt: ["A", "B"], n: 2, echo: true, seed: 9 });
    expect(json.choices.map(({ index, text }: Event["choices"][0]) => [index, text])).to.deep.equal([
      [0, "AHello world"],
      [1, "AHello world"],
      [2, "BHello world"],
      [3, "BHello world"],
    ]);
    expect(door.models.requests.map(({ request }) => request.seed)).to.deep.equal([9, 10, 11, 12]);
    expect(json.usage).to.include({ prompt_tokens: 14, completion_tokens: 8, total_tokens: 22 });
  });

  it("reads ids of tokens as the text that they are, and says so", async () => {
    for (const [prompt, texts] of [
      [[84, 104], ["Th"]],
      [
        [[84], [104]],
        ["T", "h"],
      ],
    ] as const) {
      const begun = door.models.requests.length;
      const { json } = await door.post(path, { prompt });
      const inputs = door.models.requests.slice(begun).map(({ request }) => request.input);
      expect(inputs).to.deep.equal(texts.map((text) => ({ kind: "prompt", text })));
      expect(json.warnings).to.deep.equal(["Ids of tokens are read as the text that they are."]);
    }
  });

  it("tells probabilities as lists, with places in characters", async () => {
    door.models.script = scored;
    const { json } = await door.post(path, { prompt: "né", echo: true, logprobs: 2 });
    expect(json.choices[0].text).to.equal("néé!");
    expect(json.choices[0].logprobs).to.deep.equal({
      tokens: ["bytes:\\xc3", "bytes:\\xa9", "!"],
      token_logprobs: [-1, 0, -0.5],
      top_logprobs: [
        { "bytes:\\xc3": -1, x: -9999 },
        { "bytes:\\xa9": 0, x: -9999 },
        { "!": -0.5, x: -9999 },
      ],
      text_offset: [2, 2, 3],
    });
    expect(json.warnings).to.deep.equal(["logprobs are those of the answer: none are told of the prompt."]);
  });

  it("streams the prompt first where asked, then text with its places, then why it ended", async () => {
    door.models.script = scored;
    const reply = await door.post(path, {
      prompt: "né",
      echo: true,
      logprobs: 0,
      stream: true,
      stream_options: { include_usage: true },
    });
    const events = eventsOf(reply);
    expect(
      events.flatMap(({ choices }) => choices.map(({ text, finish_reason }) => [text, finish_reason])),
    ).to.deep.equal([
      ["né", null],
      ["é", null],
      ["!", null],
      ["", "stop"],
    ]);
    expect(events[2]?.choices[0]?.logprobs).to.deep.include({ text_offset: [3], tokens: ["!"] });
    expect(events.at(-1)).to.deep.include({ choices: [], usage: usageOnWire(3) });
    expect(reply.text).to.match(/data: \[DONE\]\n\n$/);
  });

  it("refuses what would change the answer and is not to be had, but not what asks for nothing", async () => {
    for (const [body, param] of [
      [{ suffix: "the end" }, "suffix"],
      [{ best_of: 3 }, "best_of"],
      [{ prompt: [] }, "prompt"],
      [{ max_tokens: 0 }, "max_tokens"],
    ] as const) {
      const { status, json } = await door.post(path, { prompt: "x", ...body });
      expect([status, json.error.param]).to.deep.equal([400, param]);
    }
    const quiet = await door.post(path, { prompt: "x", suffix: null, best_of: 2, n: 2 });
    expect([quiet.status, quiet.json.warnings]).to.deep.equal([200, undefined]);
  });
});
