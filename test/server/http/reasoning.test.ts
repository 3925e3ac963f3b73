/** Thoughts on the wire. */
import { expect } from "chai";
import type { Ending } from "../../../src/server/engine/result.js";
import { endingOf, FakeModels, type Script } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { openStream } from "../../support/stream-reader.js";

const chat = { messages: [{ role: "user", content: "Hi" }] };
const generate = { prompt: "Hi", system_prompt: "Be brief." };
const events = { Accept: "text/event-stream" };

/** Thinks "ab", a token a letter, then says this, in one piece. */
const thinkThenSay =
  (text: string, ending: Partial<Ending> = {}): Script =>
  (generation, request) => {
    generation.begin({ promptTokens: 7, cachedTokens: 2, maxTokens: request.maxTokens });
    generation.push({ text: "", reasoning: "a" }, 1, 1);
    generation.push({ text: "", reasoning: "b" }, 2, 2);
    if (text !== "") generation.push({ text }, 3, 2);
    generation.finish({ ...endingOf(text === "" ? 2 : 3), reasoningTokens: 2, ...ending });
  };

describe("thoughts on the wire", () => {
  let door: Door;
  const open = async (script: Script): Promise<void> => {
    door = await openDoor({ models: new FakeModels(script) });
  };
  /** The JSON of the frames of a stream. */
  const frames = async (path: string, body: object, headers?: Record<string, string>): Promise<object[]> => {
    const stream = await openStream(door.port, path, { ...body, stream: true }, headers);
    const lines = (await stream.end()).split("\n").filter((line) => line.startsWith("data: {"));
    return lines.map((line) => JSON.parse(line.slice(6)));
  };
  afterEach(() => door.close());

  it("stand beside the answer of /chat, /generate and a batch, and are counted", async () => {
    await open(thinkThenSay("Hello"));
    const { json } = await door.post("/chat", chat);
    expect(json.choices[0].message).to.deep.equal({ role: "assistant", content: "Hello", reasoning_content: "ab" });
    expect(json.usage).to.deep.include({
      completion_tokens: 3,
      completion_tokens_details: { reasoning_tokens: 2 },
    });
    expect(json.warnings).to.deep.equal([]);
    expect((await door.post("/generate", generate)).json).to.include({ response: "Hello", reasoning_content: "ab" });
    const batch = await door.post("/generate/batch", { prompts: ["a", "b"], system_prompt: "Be brief." });
    expect(batch.json).to.deep.include({ responses: ["Hello", "Hello"], reasoning_contents: ["ab", "ab"] });
    expect(batch.json.usage.completion_tokens_details).to.deep.equal({ reasoning_tokens: 4 });
  });

  it("are pieces of their own in the streams of /chat", async () => {
    await open(thinkThenSay("Hello"));
    const deltas = (await frames("/chat", chat, events)).map((frame) => (frame as Frame).choices[0].delta);
    expect(deltas).to.deep.equal([
      { role: "assistant", reasoning_content: "a" },
      { reasoning_content: "b" },
      { content: "Hello" },
      {},
    ]);
    const lines = (await frames("/chat", chat)) as Frame[];
    expect(lines.map(({ content, reasoning_content }) => [content, reasoning_content])).to.deep.equal([
      ["", "a"],
      ["", "b"],
      ["Hello", undefined],
      ["", undefined],
    ]);
    expect(lines[0]?.choices[0].delta).to.deep.equal({ role: "assistant", content: "", reasoning_content: "a" });
    expect(lines.at(-1)).to.have.nested.property("usage.completion_tokens_details.reasoning_tokens", 2);
  });

  it("are pieces of their own in the events of /generate, and have no place in its plain text", async () => {
    await open(thinkThenSay("Hello"));
    const pieces = (await frames("/generate", generate, events)) as Frame[];
    expect(pieces.slice(0, 3).map(({ response, reasoning_content }) => [response, reasoning_content])).to.deep.equal([
      ["", "a"],
      ["", "b"],
      ["Hello", undefined],
    ]);
    const plain = await openStream(door.port, "/generate", { ...generate, stream: true });
    expect(await plain.end()).to.equal("data: Hello\n\ndata: [DONE]\n\n");
  });

  it("that never came to an answer are said, with what ended them", async () => {
    await open(thinkThenSay("", { finishReason: "length" }));
    const { json } = await door.post("/chat", { ...chat, max_length: 2 });
    expect(json.choices[0]).to.deep.include({
      message: { role: "assistant", content: "", reasoning_content: "ab" },
      finish_reason: "length",
    });
    expect(json.warnings).to.deep.equal([
      "max_length ended the answer within a thought, so there is no text. Give it more, or limit thoughts by reasoning_budget.",
    ]);
    door.models.script = thinkThenSay("");
    expect((await door.post("/chat", chat)).json.warnings).to.deep.equal([
      "The model ended its answer within a thought, so there is no text.",
    ]);
  });

  it("of earlier turns are read in messages of the assistant, and only there", async () => {
    await open(thinkThenSay("Hello"));
    const turn = (role: string): object => ({ role, content: "a", reasoning_content: "b" });
    const { json } = await door.post("/chat", { messages: [turn("user"), turn("assistant"), ...chat.messages] });
    expect(json.warnings).to.deep.equal(['Unknown fields are ignored: "messages[0].reasoning_content".']);
    expect(door.models.requests[0]?.request.input).to.deep.equal({
      kind: "chat",
      messages: [
        { role: "user", content: "a" },
        { role: "assistant", content: "a", reasoning: "b" },
        { role: "user", content: "Hi" },
      ],
    });
  });

  it("are asked for in the text, and limited, by options", async () => {
    await open(thinkThenSay("Hello"));
    await door.post("/chat", { ...chat, reasoning: "inline", reasoning_budget: 0 });
    await door.post("/chat", chat);
    await door.post("/generate", { prompt: "Hi" });
    expect(door.models.requests.map(({ request }) => [request.reasoning, request.reasoningBudget])).to.deep.equal([
      ["inline", 0],
      ["separate", null],
      ["inline", null],
    ]);
  });

  it("have no budget where a text is continued, which is said, or refused when it is to be strict", async () => {
    await open(thinkThenSay("Hello"));
    const words = "reasoning_budget is ignored where a text is continued: it needs /chat, or system_prompt.";
    const body = { prompt: "Hi", reasoning_budget: 5 };
    expect((await door.post("/generate", body)).json.warnings).to.deep.equal([words]);
    const strict = await door.post("/generate", { ...body, strict: true });
    expect(strict.status).to.equal(400);
    expect(strict.json.error).to.include({ param: "reasoning_budget" });
    const batch = await door.post("/generate/batch", { prompts: ["Hi"], reasoning_budget: 5 });
    expect(batch.json.warnings).to.deep.equal([words]);
  });

  for (const [name, bad] of [
    ["reasoning", "none"],
    ["reasoning", 1],
    ["reasoning_budget", -1],
    ["reasoning_budget", 1.5],
    ["reasoning_budget", "5"],
    ["reasoning_budget", 1_048_577],
  ] as const) {
    it(`refuses ${name} ${JSON.stringify(bad)}`, async () => {
      await open(thinkThenSay("Hello"));
      const { status, json } = await door.post("/chat", { ...chat, [name]: bad });
      expect([status, json.error.param]).to.deep.equal([400, name]);
    });
  }
});

interface Frame {
  readonly content?: string;
  readonly response?: string;
  readonly reasoning_content?: string;
  readonly choices: readonly [{ readonly delta: object }];
}
