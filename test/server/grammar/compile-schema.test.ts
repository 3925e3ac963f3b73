import { expect } from "chai";
import { anyObjectGrammar } from "../../../src/server/grammar/compile-schema.js";
import { GrammarCase, grammarOf, refusalOf } from "../../support/grammar-of.js";

const object = (properties: Record<string, unknown>, required: readonly string[] = []): Record<string, unknown> => ({
  type: "object",
  properties,
  required,
});

describe("grammars of schemas", () => {
  it("write numbers without leading zeros and without a negative zero", () => {
    grammarOf({ type: "integer" })
      .accepts("0", "12", "-3")
      .refuses("01", "-0", "1.0", '"1"', "1e3", "+1", "1".repeat(16));
    grammarOf({ type: "number" }).accepts("0", "-1.5", "2e-3", "1E10").refuses("01", ".5", "1.", "NaN", "1e999");
  });

  it("write strings whole: escaped, in pairs, on one line", () => {
    grammarOf({ type: "string" })
      .accepts('""', '"hé\\n\\u00e9"', '"\\ud83d\\ude00😀"', '"\\/"')
      .refuses('"a\nb"', '"\t"', '"\\ud83d"', '"\\ude00"', '"\\x"', '"', "a", '"a" ');
  });

  it("count the characters of strings, not their bytes or escapes", () => {
    grammarOf({ type: "string", minLength: 2, maxLength: 3 })
      .accepts('"ab"', '"😀😀😀"', '"\\n\\n"', '"\\ud83d\\ude00é"')
      .refuses('"a"', '"😀"', '"abcd"');
    grammarOf({ type: "string", maxLength: 5000 })
      .accepts('""', JSON.stringify("x".repeat(2500)), JSON.stringify("x".repeat(5000)))
      .refuses(JSON.stringify("x".repeat(5001)));
    grammarOf({ type: "string", minLength: 2500 })
      .accepts(JSON.stringify("x".repeat(2500)), JSON.stringify("x".repeat(9000)))
      .refuses(JSON.stringify("x".repeat(2499)));
  });

  it("write the values of enum and const, of any kind, and nothing else", () => {
    grammarOf({ enum: ["red", "rose", "r", 3, 31, null, true, { a: [1, "x"] }] })
      .accepts('"red"', '"rose"', '"r"', "3", "31", "null", "true", '{"a": [1, "x"]}', '{"a":[1,"x"]}')
      .refuses('"ro"', '"redd"', "1", "false", '{"a": [1]}', "{}");
    grammarOf({ const: { b: 1, a: [] } })
      .accepts('{"b":1,"a":[]}')
      .refuses('{"a":[],"b":1}', "{}");
    grammarOf({ enum: ["😀", "😁", 'a"b', "c\\"] })
      .accepts('"😀"', '"😁"', '"a\\"b"', '"c\\\\"')
      .refuses('"a"b"');
    grammarOf({ type: "integer", enum: [1, "1", 2.5, 7], minimum: 2 })
      .accepts("7")
      .refuses("1", '"1"', "2.5");
  });

  it("write required properties always, the others in any choice, in the order of the schema", () => {
    const all = { a: { type: "integer" }, b: { type: "string" }, c: { type: "null" } };
    grammarOf(object(all, ["b"]))
      .accepts('{"b":""}', '{"a": 1, "b": ""}', '{"b":"","c":null}', '{"a":1,"b":"","c":null}')
      .refuses("{}", '{"a":1}', '{"b":"","a":1}', '{"a":1,"a":1,"b":""}', '{"b":"",}', '{,"b":""}', '{"b":"","d":1}');
    grammarOf(object(all)).accepts("{}", '{"c":null}', '{"a":1,"c":null}').refuses('{"c":null,"a":1}', "{,}");
    grammarOf(object(all, ["a", "b", "c"]))
      .accepts('{"a":1,"b":"","c":null}')
      .refuses("{}", '{"a":1,"c":null}');
    grammarOf({ ...object(all), minProperties: 1 })
      .accepts('{"c":null}', '{"a":1}')
      .refuses("{}");
  });

  it("write an empty object where no property is listed, and any object where nothing is said", () => {
    grammarOf(object({})).accepts("{}").refuses('{"a":1}');
    grammarOf({ type: "object", additionalProperties: false }).accepts("{}").refuses('{"a":1}');
    grammarOf({ type: "object" }).accepts("{}", '{"a":{"b":[1,{"c":"d"}]},"e":null}').refuses("[]", "1");
    grammarOf({ type: "object", required: ["a"] })
      .accepts('{"a":[1]}')
      .refuses("{}");
    new GrammarCase(anyObjectGrammar()).accepts("{}", '{"a": [true]}').refuses("[]", "{\n}", '{ "a":1}');
  });

  it("write other properties only with names that are not listed", () => {
    const schema = {
      ...object({ id: { type: "integer" }, if: { type: "integer" } }),
      additionalProperties: { type: "string" },
    };
    grammarOf(schema)
      .accepts("{}", '{"id":1}', '{"x":"y"}', '{"id":1,"idx":"","i":"","":""}', '{"x":"","x":""}')
      .refuses('{"id":"y"}', '{"x":1}', '{"x":"y","id":1}', '{"x":"","id":""}', '{"\\u0069d":"y"}');
    grammarOf({ ...schema, required: ["if"] })
      .accepts('{"if":1,"x":"y"}')
      .refuses('{"x":"y"}', '{"if":""}');
    const names = { type: "object", propertyNames: { type: "string", pattern: "^x-" }, additionalProperties: true };
    grammarOf(names).accepts("{}", '{"x-a":1}').refuses('{"a":1}');
    grammarOf({ type: "object", additionalProperties: { type: "integer" }, minProperties: 1, maxProperties: 2 })
      .accepts('{"a":1}', '{"a":1,"b":2}')
      .refuses("{}", '{"a":1,"b":2,"c":3}');
  });

  it("write lists of as many items as are allowed", () => {
    const items = { type: "integer" };
    grammarOf({ type: "array", items }).accepts("[]", "[1]", "[1, 2,3]").refuses('["a"]', "[1,]", "[,1]", "[ 1]");
    grammarOf({ type: "array", items, minItems: 2, maxItems: 3 })
      .accepts("[1,2]", "[1,2,3]")
      .refuses("[1]", "[]", "[1,2,3,4]");
    grammarOf({ type: "array", items, maxItems: 0 }).accepts("[]").refuses("[1]");
    grammarOf({ type: "array", items: false }).accepts("[]").refuses("[1]");
    const tuple = { type: "array", prefixItems: [items, { type: "string" }] };
    grammarOf({ ...tuple, items: false })
      .accepts("[]", "[1]", '[1,"a"]')
      .refuses('["a"]', '[1,"a",2]');
    grammarOf({ ...tuple, items, minItems: 2 })
      .accepts('[1,"a"]', '[1,"a",2,3]')
      .refuses("[1]", '[1,"a","b"]');
    grammarOf({ type: "array", items: [items, items], additionalItems: false, minItems: 2 })
      .accepts("[1,2]")
      .refuses("[1]", "[1,2,3]");
  });

  it("write any of several, and of several kinds", () => {
    grammarOf({ anyOf: [{ type: "string" }, { type: "null" }] })
      .accepts('"a"', "null")
      .refuses("1");
    grammarOf({ type: ["integer", "boolean"], maximum: -5 })
      .accepts("-5", "true")
      .refuses("5", "null");
    grammarOf({ type: "string", nullable: true }).accepts('"a"', "null").refuses("1");
    const kinds = ["cat", "dog"].map((kind) =>
      object({ kind: { const: kind }, [kind]: { type: "integer" } }, ["kind", kind]),
    );
    grammarOf({ oneOf: kinds })
      .accepts('{"kind":"cat","cat":1}', '{"kind":"dog","dog":1}')
      .refuses('{"kind":"cat","dog":1}');
  });

  it("write what all of several allow", () => {
    const allOf = [
      object({ a: { type: "integer" } }, ["a"]),
      object({ b: { type: "integer" }, a: { minimum: 5 } }, ["b"]),
    ];
    grammarOf({ allOf }).accepts('{"a":5,"b":1}').refuses('{"a":1,"b":1}', '{"a":5}', '{"b":1}');
    grammarOf({ ...object({ a: {}, b: {} }), anyOf: [{ required: ["a"] }, { required: ["b"] }] })
      .accepts('{"a":1}', '{"b":1}', '{"a":1,"b":1}')
      .refuses("{}");
    grammarOf({ $ref: "#/$defs/short", minLength: 2, $defs: { short: { type: "string", maxLength: 3 } } })
      .accepts('"ab"', '"abc"')
      .refuses('"a"', '"abcd"');
  });

  it("follow references, those that come back too", () => {
    const tree = object({ value: { type: "integer" }, children: { type: "array", items: { $ref: "#/$defs/tree" } } }, [
      "value",
    ]);
    grammarOf({ $defs: { tree }, $ref: "#/$defs/tree" })
      .accepts('{"value":1}', '{"value":1,"children":[{"value":2,"children":[]},{"value":3}]}')
      .refuses('{"value":1,"children":[3]}', '{"value":1,"children":[{}]}');
    grammarOf(object({ next: { anyOf: [{ $ref: "#" }, { type: "null" }] } }, ["next"]))
      .accepts('{"next":null}', '{"next":{"next":null}}')
      .refuses("{}", '{"next":1}');
    grammarOf({ definitions: { "a/b": { type: "null" } }, $ref: "#/definitions/a~1b" })
      .accepts("null")
      .refuses("1");
  });

  it("leave out what has no end", () => {
    const endless = object({ next: { $ref: "#/$defs/endless" } }, ["next"]);
    expect(refusalOf({ $defs: { endless }, $ref: "#/$defs/endless" }).message).to.include("no value that ends");
    grammarOf({ $defs: { endless }, ...object({ a: { $ref: "#/$defs/endless" }, b: { type: "null" } }) })
      .accepts("{}", '{"b":null}')
      .refuses('{"a":{}}');
  });
});
