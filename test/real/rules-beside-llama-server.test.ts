import { expect } from "chai";
import { starterId } from "../support/starter-server.js";
import { type Beside, isBesideSkipped, startBeside } from "./llama-server-beside.js";

const chat = "/v1/chat/completions";
const asked = { model: starterId, messages: [{ role: "user", content: "Say hi." }], temperature: 0, max_tokens: 64 };
const parameters = { type: "object", properties: { city: { enum: ["Paris"] } }, required: ["city"] };
const tools = ["get_weather", "get_time"].map((name) => ({ type: "function", function: { name, parameters } }));

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked at as it came
  readonly json: any;
}

/** What clients of OpenAI's API count on: each rule holds here and does not with llama-server of the same libraries. */
const rules: Readonly<Record<string, (ask: (path: string, init?: RequestInit) => Promise<Answer>) => Promise<void>>> = {
  "a tool that is named is called": async (ask) => {
    const tool_choice = { type: "function", function: { name: "get_time" } };
    const { json } = await ask(chat, post({ ...asked, tools, tool_choice }));
    const [call] = json.choices[0].message.tool_calls;
    expect([call.function.name, JSON.parse(call.function.arguments)]).to.deep.equal(["get_time", { city: "Paris" }]);
  },
  "codes of errors are texts": async (ask) => {
    const { status, json } = await ask(chat, post({ ...asked, messages: 7 }));
    expect([status, typeof json.error.code]).to.deep.equal([400, "string"]);
  },
  "a body that is no JSON is refused with 400": async (ask) => {
    expect((await ask(chat, { ...post({}), body: "{no" })).status).to.equal(400);
  },
  "a model that nobody has is 404": async (ask) => {
    const { status, json } = await ask(chat, post({ ...asked, model: "gpt-4o" }));
    expect([status, json.error.code]).to.deep.equal([404, "model_not_found"]);
  },
  "the tokens of every answer are counted": async (ask) => {
    const { json } = await ask(chat, post({ ...asked, max_tokens: 4, n: 3, ignore_eos: true }));
    expect([json.choices.length, json.usage.completion_tokens]).to.deep.equal([3, 12]);
  },
  "text.format is obeyed": async (ask) => {
    const format = {
      type: "json_schema",
      name: "person",
      schema: {
        type: "object",
        properties: { city: { const: "Paris" } },
        required: ["city"],
        additionalProperties: false,
      },
    };
    const body = { model: starterId, input: "Say hi.", max_output_tokens: 64, text: { format } };
    const { json } = await ask("/v1/responses", post(body));
    expect(JSON.parse(json.output[0].content[0].text)).to.deep.equal({ city: "Paris" });
  },
  "echo gives the prompt back": async (ask) => {
    const { json } = await ask(
      "/v1/completions",
      post({ model: starterId, prompt: "Paris is", max_tokens: 4, echo: true }),
    );
    expect(json.choices[0].text).to.match(/^Paris is/);
  },
  "a suffix that cannot be had is refused": async (ask) => {
    const { status } = await ask(
      "/v1/completions",
      post({ model: starterId, prompt: "a", max_tokens: 4, suffix: "b" }),
    );
    expect(status).to.equal(400);
  },
  "a model is told by its id": async (ask) => {
    const { status, json } = await ask(`/v1/models/${starterId}`);
    expect([status, json.id]).to.deep.equal([200, starterId]);
  },
  "no page of another origin is let in": async (ask) => {
    const { headers } = await ask("/v1/models", { headers: { Origin: "https://evil.example" } });
    expect(headers.get("access-control-allow-origin")).to.equal(null);
  },
};

const post = (body: object): RequestInit => ({
  method: "POST",
  headers: { "Content-Type": "application/json" },
  body: JSON.stringify(body),
});

describe("what clients of OpenAI's API count on, beside llama-server", function () {
  this.timeout(300_000);
  let beside: Beside;

  before(async function () {
    if (isBesideSkipped()) return this.skip();
    beside = await startBeside();
  });
  after(() => beside?.stop());

  const asker =
    (base: URL) =>
    async (path: string, init?: RequestInit): Promise<Answer> => {
      const reply = await fetch(new URL(path, base), init);
      const text = await reply.text();
      return { status: reply.status, headers: reply.headers, json: text.startsWith("{") ? JSON.parse(text) : null };
    };

  for (const [rule, check] of Object.entries(rules)) {
    it(rule, async () => {
      await check(asker(new URL(`http://127.0.0.1:${beside.ours.port}`)));
      const theirs = await check(asker(beside.theirUrl)).then(
        () => "holds",
        () => "does not hold",
      );
      expect(theirs, "llama-server keeps this rule by now: take it from the list").to.equal("does not hold");
    });
  }
});
