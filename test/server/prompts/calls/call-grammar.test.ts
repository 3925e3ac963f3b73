import { expect } from "chai";
import { compileSchema } from "../../../../src/server/grammar/compile-schema.js";
import { type CallForm, hermesForm } from "../../../../src/server/prompts/calls/call-form.js";
import { callGrammar, eitherGrammar } from "../../../../src/server/prompts/calls/call-grammar.js";
import { CallSplitter } from "../../../../src/server/prompts/calls/call-splitter.js";
import { writeCalls } from "../../../../src/server/prompts/calls/tell-tools.js";
import { Matcher } from "../../../support/gbnf.js";
import { templateSupport } from "../../../support/prompts/template-forms.js";

const tool = (name: string, parameters: Record<string, unknown>) => ({
  name,
  parameters,
  grammar: compileSchema(parameters).grammar,
});

const weather = tool("get_weather", {
  type: "object",
  properties: {
    city: { type: "string" },
    unit: { enum: ["celsius", "kelvin"] },
    days: { type: "integer", minimum: 1, maximum: 9 },
    more: { $ref: "#/$defs/more" },
  },
  required: ["city", "days"],
  additionalProperties: false,
  $defs: { more: { type: "array", items: { type: "boolean" } } },
});
const now = tool("now", { type: "object", properties: {}, additionalProperties: false });
const odd = tool("odd", { type: "object", properties: { "a key": { type: "null" } }, required: ["a key"] });

const call = (name: string, given: object, id = "abcdefghi") => ({ id, name, arguments: JSON.stringify(given) });

describe("the grammar of calls", () => {
  const forms = new Map<string, CallForm>();
  before(function () {
    this.timeout(120_000);
    for (const { form } of templateSupport().values()) forms.set(JSON.stringify(form), form);
    expect(forms.size).to.be.above(25);
  });

  const accepts = (form: CallForm, text: string, tools = [weather, now, odd], isSingle = false): boolean =>
    new Matcher(callGrammar({ form, tools, isSingle })).accepts(text);

  it("takes what the form writes, in every form", function () {
    this.timeout(120_000);
    for (const form of forms.values()) {
      const calls = [call("get_weather", { city: "Zürich 🦙", days: 3 }), call("now", {})].slice(
        0,
        form.isSingle ? 1 : 2,
      );
      const text = writeCalls(form, calls);
      expect(accepts(form, text), `${JSON.stringify(form)}\n${text}`).to.equal(true);
      const whole = [call("get_weather", { city: "x < y </b", unit: "kelvin", days: 9, more: [true, false] })];
      expect(accepts(form, writeCalls(form, whole)), writeCalls(form, whole)).to.equal(true);
    }
  });

  const wrong: readonly (readonly [what: string, name: string, given: object])[] = [
    ["a tool that is not there", "rm_rf", {}],
    ["a property that is missing", "get_weather", { city: "x" }],
    ["a property that is not there", "get_weather", { city: "x", days: 1, more: [], other: 1 }],
    ["a number out of its range", "get_weather", { city: "x", days: 10 }],
    ["a word that is none of the choices", "get_weather", { city: "x", unit: "rankine", days: 1 }],
    ["a list of something else", "get_weather", { city: "x", days: 1, more: [1] }],
    ["arguments where there are none", "now", { a: 1 }],
  ];
  for (const [what, name, given] of wrong) {
    it(`refuses ${what}, in every form`, function () {
      this.timeout(120_000);
      for (const form of forms.values()) {
        const text = writeCalls(form, [call(name, given)]);
        expect(accepts(form, text), `${JSON.stringify(form)}\n${text}`).to.equal(false);
      }
    });
  }

  it("has one call where only one may be, and nothing behind calls", () => {
    const two = writeCalls(hermesForm, [call("now", {}), call("now", {})]);
    expect([accepts(hermesForm, two), accepts(hermesForm, two, [now], true)]).to.deep.equal([true, false]);
    expect(accepts(hermesForm, `${two}\nDone.`)).to.equal(false);
  });

  it("takes a line's end between two calls, whatever stands there in the form", () => {
    for (const form of forms.values()) {
      if (form.isSingle || form.separator.trim() !== "") continue;
      const text = writeCalls({ ...form, separator: "\n" }, [call("now", {}), call("now", {})]);
      expect(accepts(form, text), text).to.equal(true);
    }
  });

  it("takes other blanks than the form's, and none", () => {
    for (const text of [
      '<tool_call>{"name":"now","arguments":{}}</tool_call>',
      '<tool_call>\n\n{"name": "now", "arguments":\t{}}</tool_call>',
    ]) {
      expect(accepts(hermesForm, text), text).to.equal(true);
    }
    expect(accepts(hermesForm, '<tool_call>{"name" :"now", "arguments":{}}</tool_call>')).to.equal(false);
  });

  it("has JSON for arguments that no parameters one by one can say, and the splitter reads it", () => {
    for (const form of forms.values()) {
      if (form.parameters === "json") continue;
      const [before, between] = form.heads[0];
      const text = `${form.open}${before}odd${between}{"a key": null}${form.after}${form.close}`.replaceAll(
        "\uE5AA",
        "abcdefghi",
      );
      expect(accepts(form, text), text).to.equal(true);
      const splitter = new CallSplitter({ form, tools: [odd] });
      const parts = [...splitter.push(text), ...splitter.finish()];
      expect(parts.map((part) => part.text).join(""), text).to.equal('{"a key": null}');
      expect(splitter.completeCalls).to.equal(1);
    }
  });

  it("has JSON for a parameter that refers to the whole schema, and for any object", () => {
    const tree = tool("tree", { type: "object", properties: { left: { $ref: "#" } }, additionalProperties: false });
    const any = tool("any", { type: "object" });
    for (const form of forms.values()) {
      if (form.parameters === "json") continue;
      const [before, between] = form.heads[0];
      const said = (name: string, json: string): string =>
        `${form.open}${before}${name}${between}${json}${form.after}${form.close}`.replaceAll("\uE5AA", "abcdefghi");
      expect(accepts(form, said("tree", '{"left": {"left": {}}}'), [tree])).to.equal(true);
      expect(accepts(form, said("any", '{"x": [1]}'), [any])).to.equal(true);
    }
  });

  it("stands beside another grammar without a rule of its names", () => {
    const calls = callGrammar({ form: hermesForm, tools: [now], isSingle: false });
    const either = eitherGrammar('root ::= "c-" call\ncall ::= [0-9]+', calls);
    const root = /^(\S+either) ::= /m.exec(either)?.[1] ?? "";
    const matcher = new Matcher(
      either
        .replace(/^root ::=/m, "own ::=")
        .replaceAll(" root", " own")
        .replace(root, "root"),
    );
    expect([
      matcher.accepts("c-12"),
      matcher.accepts(writeCalls(hermesForm, [call("now", {})])),
      matcher.accepts("x"),
    ]).to.deep.equal([true, true, false]);
  });
});
