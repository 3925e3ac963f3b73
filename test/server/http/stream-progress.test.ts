import { expect } from "chai";
import { progressFrame } from "../../../src/server/http/stream-progress.js";
import { endingOf, FakeModels, finishWith } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { openStream } from "../../support/stream-reader.js";

const none = { model: "a", position: null, promptTokens: null, readTokens: 0 };
const cases = [
  [
    { ...none, state: "loading" },
    { model: "a", progress: 0.4 },
    { state: "loading", model: "a", progress: 0.4 },
  ],
  [
    { ...none, state: "loading" },
    { model: "b", progress: 0.4 },
    { state: "loading", model: "a", progress: null },
  ],
  [{ ...none, state: "queued", position: 3 }, null, { state: "queued", position: 3 }],
  [
    { ...none, state: "prefilling", promptTokens: 4000, readTokens: 1200 },
    null,
    { state: "prefilling", read_tokens: 1200, prompt_tokens: 4000 },
  ],
  [{ ...none, state: "decoding", promptTokens: 4000, readTokens: 4000 }, null, undefined],
  [{ ...none, state: "done" }, null, undefined],
] as const;

describe("how far a stream is", () => {
  for (const [generation, loading, told] of cases) {
    it(`${generation.state}: ${told === undefined ? "says nothing" : JSON.stringify(told)}`, () => {
      const frame = progressFrame(generation, { loading });
      expect(frame).to.equal(told === undefined ? "" : `: progress ${JSON.stringify(told)}\n\n`);
    });
  }
});

describe("a stream that has said nothing yet", () => {
  let door: Door;
  beforeEach(async () => {
    const models = new FakeModels((generation) => void generation.begin({ promptTokens: 40, maxTokens: 8192 }));
    door = await openDoor({ models, timings: { progressMs: 5 } });
  });
  afterEach(() => door.close());
  const body = { prompt: "x", messages: [{ role: "user", content: "x" }], stream: true };
  const progressOf = (text: string): { read_tokens: number }[] =>
    [...text.matchAll(/^: progress (.*)$/gm)].map(([, json]) => JSON.parse(json as string));

  for (const path of ["/generate", "/chat"]) {
    it(`of ${path} as events says how much of the prompt is read, each time once, and nothing afterwards`, async () => {
      const { prompt, messages, stream } = body;
      const sent = { ...(path === "/chat" ? { messages } : { prompt }), stream };
      const reader = await openStream(door.port, path, sent, { Accept: "text/event-stream" });
      const [request] = door.models.requests;
      for (const tokens of [16, 32]) {
        request!.generation.readTokens = tokens;
        await reader.until(new RegExp(`"read_tokens":${tokens},"prompt_tokens":40`));
      }
      request?.generation.push({ text: "a" }, 1);
      await reader.until(/"a"/);
      finishWith(request?.generation, "b", 2);
      const text = await reader.end();
      const told = progressOf(text).map(({ read_tokens }) => read_tokens);
      expect(told.filter((tokens) => tokens > 0)).to.deep.equal([16, 32]);
      expect(text.lastIndexOf(": progress")).to.be.below(text.indexOf('"a"'));
    });
  }

  it("of other clients has no such comment", async () => {
    for (const [path, headers] of [
      ["/generate", {}],
      ["/chat", {}],
      ["/v1/chat/completions", { Accept: "text/event-stream" }],
    ] as const) {
      const { prompt, messages, stream } = body;
      const sent = path === "/generate" ? { prompt, stream } : { messages, stream };
      const reader = await openStream(door.port, path, sent, headers);
      const { generation } = door.models.requests.at(-1) as (typeof door.models.requests)[0];
      generation.readTokens = 16;
      await new Promise((next) => setTimeout(next, 30));
      generation.finish(endingOf(0));
      expect(await reader.end()).not.to.contain("progress");
    }
  });
});
