import { expect } from "chai";
import type { ToolCall } from "../../../../src/server/engine/request.js";
import { type CallForm, hermesForm, jsonForm } from "../../../../src/server/prompts/calls/call-form.js";
import { CallSplitter, type SaidPart } from "../../../../src/server/prompts/calls/call-splitter.js";
import { writeCalls } from "../../../../src/server/prompts/calls/tell-tools.js";
import { templateSupport } from "../../../support/prompts/template-forms.js";

const tools = [
  {
    name: "get_weather",
    parameters: {
      type: "object",
      properties: {
        city: { type: "string" },
        unit: { enum: ["celsius", "kelvin"] },
        days: { type: "integer" },
        more: { type: "object" },
        isLong: { type: "boolean" },
      },
    },
  },
  { name: "now", parameters: { type: "object", properties: {} } },
];

interface Said {
  readonly content: string;
  readonly calls: readonly (Omit<ToolCall, "id"> & { readonly id?: string })[];
}

/** What a splitter makes of a text in these pieces: words and calls, each call's first piece with id and name only. */
function read(form: CallForm, pieces: readonly string[]): Said {
  const splitter = new CallSplitter({ form, tools, makeId: (letters) => "x".repeat(letters) });
  const parts: SaidPart[] = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.finish()];
  const calls: { id: string; name: string; arguments: string }[] = [];
  for (const part of parts) {
    if (part.kind === "content") continue;
    const known = calls[part.index];
    if (known === undefined) {
      expect(part.index).to.equal(calls.length);
      expect([part.text, part.name, part.id]).to.not.include(undefined);
      calls.push({ id: part.id ?? "", name: part.name ?? "", arguments: part.text });
    } else {
      expect([part.id, part.name]).to.deep.equal([undefined, undefined]);
      known.arguments += part.text;
    }
  }
  return { content: parts.map((part) => (part.kind === "content" ? part.text : "")).join(""), calls };
}

/** The text in pieces: all at once, by letters, and cut in two at every place. */
const cuts = (text: string): string[][] => [
  [text],
  [...text],
  ...Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)]),
];

function same(form: CallForm, text: string): Said {
  const whole = read(form, [text]);
  for (const pieces of cuts(text)) expect(read(form, pieces), JSON.stringify(pieces)).to.deep.equal(whole);
  return whole;
}

const given = {
  city: 'Zürich "x" \\ {} 🦙\n<b>',
  days: -3,
  more: { a: [1.5, "}", null], b: { c: "]" } },
  isLong: true,
};

describe("calls in what a model says", () => {
  const forms = new Map<string, CallForm>();
  before(function () {
    this.timeout(120_000);
    for (const { form } of templateSupport().values()) forms.set(JSON.stringify(form), { ...form });
    expect(forms.size).to.be.above(25, [...forms.keys()].join("\n"));
  });

  /** In a form whose texts have no escapes, a text cannot have the mark that ends it. */
  const argumentsOf = (form: CallForm): object =>
    form.parameters !== "json" && form.parameters.isDict && form.parameters.textClose === "'"
      ? { ...given, city: "Zürich 🦙" }
      : given;

  it("are told from words in every form, wherever the text is cut", function () {
    this.timeout(300_000);
    for (const form of forms.values()) {
      const calls = [
        { id: "abcdefghi", name: "get_weather", arguments: JSON.stringify(argumentsOf(form)) },
        { id: "jklmnopqr", name: "now", arguments: "{}" },
      ].slice(0, form.isSingle ? 1 : 2);
      const said = same(form, writeCalls(form, calls));
      expect(said.content, JSON.stringify(form)).to.equal("");
      expect(
        said.calls.map(({ name, arguments: json }) => [name, JSON.parse(json)]),
        JSON.stringify(form),
      ).to.deep.equal(calls.map(({ name, arguments: json }) => [name, JSON.parse(json)]));
    }
  });

  it("have the words in front of them as content, without the blanks between", () => {
    for (const form of forms.values()) {
      const call = writeCalls(form, [{ id: "abcdefghi", name: "now", arguments: "{}" }]);
      const marked = /^[<[]/.test(call);
      const { content, calls } = same(form, `Let me  see.\n\n${call}`);
      // what has no mark of its own counts at the start only: an answer may speak of JSON
      if (marked) expect([content, calls.length]).to.deep.equal(["Let me  see.", 1]);
      else expect([content, calls.length]).to.deep.equal([`Let me  see.\n\n${call}`, 0]);
    }
  });

  it("that name no tool are words", () => {
    for (const form of forms.values()) {
      const text = writeCalls(form, [{ id: "abcdefghi", name: "rm_rf", arguments: "{}" }]);
      expect(same(form, text)).to.deep.equal({ content: text, calls: [] });
    }
  });

  it("keep their arguments exactly as they are written, escapes and blanks included", () => {
    const json = '{ "city":"Z\\u00fcrich",\n "more" : {"a":[ 1 ]} }';
    const text = `<tool_call>{"name":"get_weather","arguments":${json}}</tool_call>`;
    expect(same(hermesForm, text).calls[0]?.arguments).to.equal(json);
  });

  const words: readonly (readonly [name: string, text: string])[] = [
    ["a tag that nothing follows", "The tag <tool_call> begins a call."],
    ["a tag at the end", "See <tool_call>"],
    ["broken JSON", '<tool_call>\n{"nam": 1}\n</tool_call>'],
    ["a name without arguments", '<tool_call>\n{"name": "now"}\n</tool_call>'],
    ["blanks and signs", " a  <b> \n\n {x} \n"],
  ];
  for (const [name, text] of words) {
    it(`are not seen in ${name}`, () => expect(same(hermesForm, text)).to.deep.equal({ content: text, calls: [] }));
  }

  it("that are cut are told as far as they came", () => {
    expect(same(hermesForm, '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Zü').calls).to.deep.equal([
      { id: `call_${"x".repeat(24)}`, name: "get_weather", arguments: '{"city": "Zü' },
    ]);
  });

  it("may lack their end, and words may follow them", () => {
    const call = '<tool_call>\n{"name": "now", "arguments": {}';
    expect(same(hermesForm, call).calls).to.have.length(1);
    expect(same(hermesForm, `${call}}\n</tool_call>\nDone.`)).to.deep.include({ content: "\nDone." });
  });

  it("of gpt-oss may spell their header in any of its ways", () => {
    const form = [...forms.values()].find(({ heads }) => heads.length > 5) as CallForm;
    for (const header of [
      "<|channel|>commentary to=functions.now <|constrain|>json<|message|>",
      "<|channel|>commentary to=functions.now<|message|>",
      " to=functions.now<|channel|>commentary json<|message|>",
      " to=functions.now<|channel|>commentary <|constrain|>json<|message|>",
    ]) {
      expect(same(form, `${header}{"a": 1}`), header).to.deep.include({ content: "" });
      expect(read(form, [`${header}{"a": 1}`]).calls[0]?.arguments).to.equal('{"a": 1}');
    }
  });

  it("of Mistral may leave out their ids", () => {
    const form = jsonForm([['{"name": "', '", "arguments": ']], {
      ...{ open: "[TOOL_CALLS][", close: "]", after: ', "id": "\uE5AA"}', separator: ", ", idLetters: 9 },
    });
    const text = '[TOOL_CALLS][{"name": "now", "arguments": {}}, {"name": "now", "arguments": {}, "id": "abcdefghi"}]';
    expect(same(form, text)).to.deep.equal({
      content: "",
      calls: [1, 2].map(() => ({ id: "xxxxxxxxx", name: "now", arguments: "{}" })),
    });
  });

  it("have ids of letters and digits, each another", () => {
    const ids = Array.from({ length: 50 }, () => {
      const [first] = new CallSplitter({ form: hermesForm, tools }).push('<tool_call>{"name": "now", "arguments": {');
      return first?.kind === "call" ? first.id : undefined;
    });
    expect(new Set(ids).size).to.equal(50);
    for (const id of ids) expect(id).to.match(/^call_[A-Za-z0-9]{24}$/);
  });

  it("tell what is written of them once they begin", () => {
    const splitter = new CallSplitter({ form: hermesForm, tools });
    splitter.push("Well, <tool_ca");
    expect(splitter.opening).to.equal(undefined);
    splitter.push('ll>\n{"');
    expect(splitter.opening).to.equal('<tool_call>\n{"');
  });
});
