import { expect } from "chai";
import { refusalOf } from "../../support/grammar-of.js";

const inside = (schema: unknown): unknown => ({
  type: "object",
  properties: { "a/b": { type: "array", items: schema } },
});
const path = "/properties/a~1b/items";

const refused: readonly (readonly [keyword: string, schema: unknown])[] = [
  ["uniqueItems", { type: "array", items: { type: "string" }, uniqueItems: true }],
  ["multipleOf", { type: "number", multipleOf: 0.01 }],
  ["not", { not: { type: "null" } }],
  ["if", { if: {}, else: {} }],
  ["contains", { type: "array", contains: {} }],
  ["patternProperties", { type: "object", patternProperties: { "^a": {} } }],
  ["dependentRequired", { type: "object", dependentRequired: { a: ["b"] } }],
  ["dependentSchemas", { type: "object", dependentSchemas: {} }],
  ["dependencies", { type: "object", dependencies: {} }],
  ["unevaluatedProperties", { type: "object", unevaluatedProperties: false }],
  ["unevaluatedItems", { type: "array", unevaluatedItems: false }],
  ["$ref", { $ref: "https://example.com/schema.json" }],
  ["$ref", { $ref: "other.json#/a" }],
  ["$ref", { $ref: "#/$defs/missing" }],
  ["$ref", { $ref: "#/properties/a~1b/items" }],
  ["$dynamicRef", { $dynamicRef: "#a" }],
  ["$id", { $id: "https://example.com" }],
  ["type", { type: "text" }],
  ["type", { type: ["string", 3] }],
  ["format", { type: "string", format: "iri" }],
  ["pattern", { type: "string", pattern: "(a)\\1" }],
  ["format", { type: "integer", format: "int128" }],
  ["pattern", { type: "string", pattern: 3 }],
  ["enum", { enum: [] }],
  ["enum", { enum: "a" }],
  ["minLength", { type: "string", minLength: -1 }],
  ["maxItems", { type: "array", maxItems: 1.5 }],
  ["minimum", { type: "integer", minimum: "3" }],
  ["exclusiveMinimum", { type: "integer", exclusiveMinimum: true }],
  ["required", { type: "object", required: true }],
  ["properties", { type: "object", properties: [] }],
  ["anyOf", { anyOf: [] }],
  ["oneOf", { oneOf: [{ type: "integer" }, { type: "number" }] }],
  [
    "oneOf",
    {
      oneOf: [
        { type: "string", pattern: "^a" },
        { type: "string", pattern: "b$" },
      ],
    },
  ],
  ["oneOf", { oneOf: [{ properties: { a: {} } }, { type: "string" }] }],
  ["maxProperties", { type: "object", properties: { a: {}, b: {} }, maxProperties: 1 }],
  ["minProperties", { type: "object", additionalProperties: {}, minProperties: 2 }],
  ["propertyNames", { type: "object", propertyNames: { type: "integer" } }],
  ["minimun", { type: "integer", minimun: 3 }],
  ["", 3],
  ["", null],
  ["", "string"],
];

describe("schemas that cannot be guaranteed", () => {
  for (const [keyword, schema] of refused) {
    it(`are refused by keyword and place: ${JSON.stringify(schema)}`, () => {
      const refusal = refusalOf(inside(schema));
      expect([refusal.path, refusal.keyword, refusal.code]).to.deep.equal([path, keyword, "invalid_request"]);
      expect(refusal.message).to.include(path).and.to.match(/\.$/);
    });
  }

  it("say what to do instead, where there is a way", () => {
    expect(refusalOf({ not: {} }).message).to.equal(
      'JSON schema, at its root, "not": it cannot be guaranteed; list what is allowed instead.',
    );
  });

  it("are oneOf with branches that share values, and not with branches that share none", () => {
    const object = (key: string, more: object = {}): unknown => ({
      type: "object",
      properties: { [key]: { type: "string" }, ...more },
      required: [key],
    });
    const alike: readonly (readonly unknown[])[] = [
      [
        { type: "integer", maximum: 5 },
        { type: "integer", minimum: 5 },
      ],
      [object("a"), object("a", { b: {} })],
      [{ enum: ["a", "b"] }, { const: "b" }],
      [
        { type: "array", items: { type: "string" } },
        { type: "array", items: { type: "integer" } },
      ],
      [{ minimum: 3 }, { type: "string" }],
    ];
    const apart: readonly (readonly unknown[])[] = [
      [
        { type: "integer", maximum: 5 },
        { type: "integer", exclusiveMinimum: 5 },
      ],
      [object("a"), object("b")],
      [{ enum: ["a"] }, { const: "b" }],
      [
        { type: "string", pattern: "^a" },
        { type: "string", pattern: "^b" },
      ],
      [
        { type: "string", maxLength: 3 },
        { type: "string", minLength: 4 },
      ],
      [
        { type: "array", items: { type: "string" }, minItems: 1 },
        { type: "array", items: { type: "integer" } },
      ],
    ];
    for (const oneOf of alike) expect(refusalOf({ oneOf }).keyword, JSON.stringify(oneOf)).to.equal("oneOf");
    for (const oneOf of apart) expect(() => refusalOf({ oneOf }), JSON.stringify(oneOf)).to.throw("compiled");
  });

  const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown =>
    Array.from({ length: depth }).reduce((inner) => wrap(inner), {} as unknown);
  const hostile: Readonly<Record<string, unknown>> = {
    "a pattern of a thousand optional letters": { type: "string", pattern: `^${"a?".repeat(1000)}$` },
    "a pattern that counts a thousand thousands": { type: "string", pattern: "^(a{1000}){1000}$" },
    "a pattern that looks back without end": { type: "string", pattern: "a.{30}$" },
    "a long pattern": { type: "string", pattern: "a".repeat(100_000) },
    "deep lists": nested(20_000, (items) => ({ type: "array", items })),
    "schemas that double at every step": nested(20, (inner) => ({ anyOf: [inner, { type: "array", items: inner }] })),
    "a hundred thousand values": { enum: Array.from({ length: 100_000 }, (_, index) => `value ${index}`) },
    "five thousand properties": {
      type: "object",
      properties: Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, {}])),
    },
    "unions that multiply": {
      allOf: Array.from({ length: 30 }, (_, index) => ({
        anyOf: [{ required: [`a${index}`] }, { required: [`b${index}`] }],
      })),
    },
    "a deep value": { const: nested(5000, (inner) => [inner]) },
    "a billion items": { type: "array", minItems: 1e9 },
    "a billion characters": { type: "string", minLength: 1e9 },
  };
  for (const [name, schema] of Object.entries(hostile)) {
    it(`end soon, with a number: ${name}`, () => {
      const before = process.cpuUsage().user;
      expect(refusalOf(schema).message).to.match(/\d/);
      expect((process.cpuUsage().user - before) / 1000).to.be.below(3000);
    });
  }
});
