import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { batchBody, chatBody, generateBody } from "../../../src/server/schema/generation.js";

const { read: parseGenerate } = generateBody;
const { read: parseChat } = chatBody;
const { read: parseBatch } = batchBody;

const refusal = (parse: () => unknown): LabError => {
  try {
    parse();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error("accepted");
};

const user = { role: "user", content: "Hi" } as const;

describe("the body of POST /generate", () => {
  it("fills in the defaults of the API document", () => {
    const { request, ...call } = parseGenerate({ prompt: "Once" });
    const { seed, ...rest } = request;
    expect(rest).to.deep.equal({
      input: { kind: "prompt", text: "Once" },
      maxTokens: 8192,
      temperature: 0.7,
      topP: 0.9,
      topK: 80,
      minP: 0,
      xtcProbability: 0,
      xtcThreshold: 0.1,
      repetitionPenalty: 1.15,
      repeatLastN: 64,
      presencePenalty: 0,
      frequencyPenalty: 0,
      dryMultiplier: 0,
      dryBase: 1.75,
      dryAllowedLength: 2,
      dryPenaltyLastN: -1,
      minTokens: 0,
      stop: [],
      exact: false,
      parseSpecial: true,
      templateKwargs: undefined,
      reasoning: "inline",
      reasoningBudget: null,
      maxTimeMs: 180_000,
    });
    expect(call).to.deep.equal({
      modelId: undefined,
      strict: false,
      lengthGiven: false,
      warnings: [],
      n: 1,
      stream: false,
    });
    expect(seed).to.be.within(0, 2 ** 32 - 1);
  });

  it("is for exactness when it says so or names a seed, 0 included", () => {
    const isExact = (fields: object): boolean => parseGenerate({ prompt: "x", ...fields }).request.exact;
    expect([{ exact: true }, { seed: 0 }, { seed: 7, exact: false }].map(isExact)).to.deep.equal([true, true, true]);
    expect([{}, { seed: null }, { exact: false }].map(isExact)).to.deep.equal([false, false, false]);
  });

  it("takes another seed each time when none is given", () => {
    const seeds = new Set(Array.from({ length: 20 }, () => parseGenerate({ prompt: "x" }).request.seed));
    expect(seeds.size).to.be.above(15);
  });

  it("makes a conversation of prompt and system_prompt", () => {
    expect(parseGenerate({ prompt: "Hi", system_prompt: "Be brief." }).request.input).to.deep.equal({
      kind: "chat",
      messages: [{ role: "system", content: "Be brief." }, user],
    });
    expect(parseGenerate({ prompt: "Hi", system_prompt: "" }).request.input).to.deep.equal({
      kind: "prompt",
      text: "Hi",
    });
  });

  for (const [alias, value, read] of [
    ["max_tokens", 5, (call) => call.request.maxTokens],
    ["maxLength", 5, (call) => call.request.maxTokens],
    ["topP", 0.5, (call) => call.request.topP],
    ["topK", 5, (call) => call.request.topK],
    ["repetitionPenalty", 1.5, (call) => call.request.repetitionPenalty],
    ["minP", 0.05, (call) => call.request.minP],
    ["modelId", "other", (call) => call.modelId],
    ["maxTime", 2.5, (call) => call.request.maxTimeMs / 1000],
    [
      "systemPrompt",
      "Be brief.",
      ({ request: { input } }) => (input.kind === "chat" ? input.messages[0]?.content : undefined),
    ],
  ] as [string, unknown, (call: ReturnType<typeof parseGenerate>) => unknown][]) {
    it(`takes ${alias} for a field's other name`, () => {
      const call = parseGenerate({ prompt: "x", [alias]: value });
      expect(read(call)).to.equal(value);
      expect(call.warnings).to.deep.equal([]);
    });
  }

  it("names the alias that was sent when its value is wrong", () => {
    const error = refusal(() => parseGenerate({ prompt: "x", maxLength: "3" }));
    expect(error.param).to.equal("maxLength");
    expect(error.message).to.equal('maxLength is "3". It must be a whole number from 1 to 1048576.');
  });

  it("refuses a field under two names with different values, and takes equal ones", () => {
    const error = refusal(() => parseGenerate({ prompt: "x", max_length: 5, max_tokens: 6 }));
    expect(error.param).to.equal("max_tokens");
    expect(error.message).to.contain("max_length is 5 and max_tokens is 6");
    expect(parseGenerate({ prompt: "x", max_length: 5, max_tokens: 5 }).request.maxTokens).to.equal(5);
    expect(parseGenerate({ prompt: "x", max_length: null, max_tokens: 6 }).request.maxTokens).to.equal(6);
  });

  it("takes one stop text for a list of one", () => {
    expect(parseGenerate({ prompt: "x", stop: "END" }).request.stop).to.deep.equal(["END"]);
  });

  it("says that variables for a template are lost on a raw prompt", () => {
    const body = { prompt: "x", chatTemplateKwargs: { a: 1 } };
    expect(parseGenerate(body).warnings.join()).to.match(/^chat_template_kwargs is ignored/);
    expect(parseGenerate({ ...body, system_prompt: "y" })).to.deep.include({ warnings: [] });
    expect(refusal(() => parseGenerate({ ...body, strict: true })).param).to.equal("chatTemplateKwargs");
  });

  it("names unknown fields in a warning, and refuses them with strict", () => {
    const body = { prompt: "x", temprature: 1, topn: 2 };
    expect(parseGenerate(body).warnings).to.deep.equal(['Unknown fields are ignored: "temprature", "topn".']);
    const error = refusal(() => parseGenerate({ ...body, strict: true }));
    expect([error.code, error.param]).to.deep.equal(["invalid_request", "temprature"]);
  });

  it("takes do_sample, which LocalLab's Python client always sends: false is temperature 0", () => {
    const temperatures = [true, false, null].map((doSample) => {
      const { request, warnings } = parseGenerate({ prompt: "x", temperature: 0.9, do_sample: doSample, strict: true });
      return [request.temperature, warnings.length];
    });
    expect(temperatures).to.deep.equal([
      [0.9, 0],
      [0, 0],
      [0.9, 0],
    ]);
  });

  it("names ten unknown fields and counts the rest", () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`field${index}`.repeat(30), 1]));
    const [warning = ""] = parseGenerate({ prompt: "x", ...many }).warnings;
    expect(warning).to.match(/and 4990 more\.$/);
    expect(warning).to.have.length.below(1200);
  });

  it("takes __proto__ and its like for unknown fields and nothing more", () => {
    const body = JSON.parse('{"prompt":"x","__proto__":{"temperature":2},"constructor":1,"toString":2,"prompt":"y"}');
    const call = parseGenerate(body);
    expect(call.request.temperature).to.equal(0.7);
    expect(call.request.input).to.deep.equal({ kind: "prompt", text: "y" });
    expect(call.warnings).to.deep.equal(['Unknown fields are ignored: "__proto__", "constructor", "toString".']);
    expect(({} as { temperature?: number }).temperature).to.equal(undefined);
  });

  it("shows at most 80 characters of a value, and nothing of a nested one", () => {
    const long = refusal(() => parseGenerate({ prompt: "x", temperature: `${"a\n".repeat(500)}` }));
    expect(long.message).to.match(/^temperature is "[a ]{79}…"\. It must be/);
    let deep: unknown = 1;
    for (let depth = 0; depth < 50_000; depth += 1) deep = [deep];
    expect(refusal(() => parseGenerate({ prompt: "x", temperature: deep })).message).to.match(/is a list of 1\. /);
    expect(parseGenerate({ prompt: "x", unknown: deep }).warnings).to.have.length(1);
  });

  for (const body of [null, undefined, [], "x", 3, true]) {
    it(`refuses ${JSON.stringify(body) ?? "no body"} for a body`, () => {
      expect(refusal(() => parseGenerate(body)).message).to.match(/It must be a JSON object\.$/);
    });
  }
});

describe("the body of POST /chat", () => {
  const messagesOf = (body: object): unknown => {
    const { input } = parseChat(body).request;
    return input.kind === "chat" ? input.messages : undefined;
  };

  it("puts system_prompt first, joined with the conversation's own", () => {
    expect(messagesOf({ messages: [user], system_prompt: "A" })).to.deep.equal([
      { role: "system", content: "A" },
      user,
    ]);
    expect(messagesOf({ messages: [{ role: "system", content: "B" }, user], system_prompt: "A" })).to.deep.equal([
      { role: "system", content: "A\n\nB" },
      user,
    ]);
  });

  it("takes the role developer for system", () => {
    expect(messagesOf({ messages: [{ role: "developer", content: "A" }] })).to.deep.equal([
      { role: "system", content: "A" },
    ]);
  });

  it("names the path of the message that is wrong", () => {
    const cases: [unknown, string][] = [
      [[user, { role: "bot", content: "x" }], "messages[1].role"],
      [[user, user, { role: "user" }], "messages[2].content"],
      [[user, { role: "user", content: ["x"] }], "messages[1].content[0]"],
      [[user, { role: "user", content: [{ type: "text", text: "x" }, { type: "file" }] }], "messages[1].content[1]"],
      [[user, { role: "user", content: [{ type: "text" }] }], "messages[1].content[0].text"],
      [["x"], "messages[0]"],
      [[null], "messages[0]"],
    ];
    for (const [messages, param] of cases) expect(refusal(() => parseChat({ messages })).param).to.equal(param);
  });

  it("names unknown fields of a message", () => {
    expect(parseChat({ messages: [{ ...user, name: "Ann" }] }).warnings).to.deep.equal([
      'Unknown fields are ignored: "messages[0].name".',
    ]);
  });
});

describe("the body of POST /generate/batch", () => {
  it("makes one request of each prompt, alike but for seeds that count up and wrap", () => {
    const { requests } = parseBatch({ prompts: ["a", "b"], temperature: 0, seed: 2 ** 32 - 1 });
    expect(requests.map(({ input }) => input)).to.deep.equal([
      { kind: "prompt", text: "a" },
      { kind: "prompt", text: "b" },
    ]);
    expect(requests.map(({ seed, temperature }) => [seed, temperature])).to.deep.equal([
      [2 ** 32 - 1, 0],
      [0, 0],
    ]);
  });

  it("names the prompt that is wrong", () => {
    expect(refusal(() => parseBatch({ prompts: ["a", ""] })).param).to.equal("prompts[1]");
    expect(refusal(() => parseBatch({ prompts: ["a", 3] })).message).to.equal(
      "prompts[1] is 3. It must be a text of 1 to 1000000 characters.",
    );
  });
});
