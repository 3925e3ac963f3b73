import { expect } from "chai";
import type { LlamaModel, Token } from "node-llama-cpp";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { endTokensOf } from "../../../src/server/llama/end-tokens.js";
import type { PromptTokens } from "../../../src/server/llama/prompts.js";
import { Thoughts, type Tokens } from "../../../src/server/llama/thoughts.js";
import { rawRequest } from "../../support/requests.js";

const special = ["<think>", "</think>", "[THINK]", "[/THINK]", "<|start|>", "<|channel|>", "<|message|>"];
const hidden = ["[THINK]", "[/THINK]"];

/** A vocabulary of these special tokens and single characters; ids are places in the list, or 1000 and the character. */
const tokens = {
  tokenize: (text: string): Token[] =>
    text.split(/(<[^>]+>|\[\/?THINK\])/).flatMap((part) => {
      const id = special.indexOf(part);
      return id >= 0 ? [id as Token] : [...part].map((character) => (1000 + character.charCodeAt(0)) as Token);
    }),
  detokenize: (ids: readonly Token[], shows: boolean): string =>
    ids
      .map((id) => special[id] ?? String.fromCharCode(id - 1000))
      .filter((text) => shows || !hidden.includes(text))
      .join(""),
} as unknown as Tokens;

const chat = (over: Partial<GenerationRequest> = {}): GenerationRequest =>
  rawRequest("", { input: { kind: "chat", messages: [{ role: "user", content: "Hi" }] }, ...over });
const promptOf = (text: string): PromptTokens => ({ text, tokens: tokens.tokenize(text, true), stopTexts: [] });
const thoughtsOf = (template: string): Thoughts => new Thoughts(tokens, { template, tokens: [] });

describe("the thoughts of a model", () => {
  it("have markers that text does not show, told by their tokens", () => {
    expect([...thoughtsOf("[THINK] [/THINK]").hidden.values()]).to.deep.equal(hidden);
    expect(thoughtsOf("</think>").hidden.size).to.equal(0);
  });

  it("are said to be none where a limit of them was asked for and the model shows no sign of any", () => {
    const said = ["The model shows no sign of thoughts, so what was asked about them has no effect."];
    expect(thoughtsOf("plain").warnings(chat({ reasoningBudget: 5 }))).to.deep.equal(said);
    for (const request of [chat(), chat({ reasoningBudget: 0 }), rawRequest("x", { reasoningBudget: 5 })]) {
      expect(thoughtsOf("plain").warnings(request)).to.deep.equal([]);
    }
    expect(thoughtsOf("</think>").warnings(chat({ reasoningBudget: 5 }))).to.deep.equal([]);
  });

  it("are switched off by the template where it has the switch and nothing is to be spent on them", () => {
    const template = "{% if enable_thinking %}</think>{% endif %}";
    const asked = thoughtsOf(template).asked(chat({ reasoningBudget: 0 }));
    expect(asked.templateKwargs).to.deep.equal({ enable_thinking: false });
    const own = chat({ reasoningBudget: 0, templateKwargs: { enable_thinking: true, a: 1 } });
    expect(thoughtsOf(template).asked(own).templateKwargs).to.deep.equal({ enable_thinking: true, a: 1 });
    for (const request of [chat(), chat({ reasoningBudget: 5 }), rawRequest("x", { reasoningBudget: 0 })]) {
      expect(thoughtsOf(template).asked(request)).to.equal(request);
    }
    const unswitched = chat({ reasoningBudget: 0 });
    expect(thoughtsOf("</think>").asked(unswitched)).to.equal(unswitched);
  });

  const bridges: readonly (readonly [says: string, template: string, prompt: string, ready: string])[] = [
    ["closes the thought that the prompt opened", "</think>", "bot:<think>\n", "bot:<think>\n</think>"],
    ["leaves a prompt that opened none", "</think>", "bot:", "bot:"],
    ["leaves a thought that the prompt closed", "</think>", "bot:<think></think>", "bot:<think></think>"],
    [
      "names the channel of the answer",
      "<|start|> <|channel|> <|message|>",
      "<|start|>bot",
      "<|start|>bot<|channel|>final<|message|>",
    ],
    ["leaves a model that does not think", "{{ x }}", "bot:", "bot:"],
  ];
  for (const [says, template, prompt, ready] of bridges) {
    it(`${says}, where nothing is to be spent on them`, () => {
      const made = thoughtsOf(template).ready(promptOf(prompt), chat({ reasoningBudget: 0 }));
      expect(made).to.deep.equal(promptOf(ready));
      const spending = promptOf(prompt);
      expect(thoughtsOf(template).ready(spending, chat({ reasoningBudget: 9 }))).to.equal(spending);
    });
  }
});

describe("the tokens that end an answer", () => {
  it("are those of the native list, whatever the library adds", () => {
    const model = { isEogToken: () => true, _model: { isEogToken: (token: number) => token === 7 } };
    const isEnd = endTokensOf(model as unknown as LlamaModel);
    expect([7, 8].map((token) => isEnd(token as Token))).to.deep.equal([true, false]);
  });

  it("are not guessed where the library has no such list", () => {
    expect(() => endTokensOf({ isEogToken: () => true } as unknown as LlamaModel)).to.throw(/npm ci/);
  });
});
