import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "chai";
import { z } from "zod";
import { compileSchema } from "../../../src/server/grammar/compile-schema.js";
import { grammarOf } from "../../support/grammar-of.js";
import { Sampler } from "../../support/sample-gbnf.js";

const Address = z.object({
  street: z.string().min(1).max(80),
  zip: z.string().regex(/^\d{5}(-\d{4})?$/),
  tags: z.array(z.string()).max(3),
});
const Category: z.ZodType = z.object({ name: z.string(), get children() { return z.array(Category); } }); // biome-ignore format: one line
const zodSchemas: Readonly<Record<string, z.ZodType>> = {
  "an object": z.object({ name: z.string(), age: z.int().min(0).max(120), nick: z.string().optional(), address: Address.nullable() }),
  "a strict object": z.strictObject({ id: z.uuid(), at: z.iso.datetime(), day: z.iso.date(), mail: z.email(), url: z.url(), ip: z.ipv4() }),
  "kinds told apart": z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("circle"), radius: z.number().positive() }),
    z.object({ kind: z.literal("box"), sides: z.tuple([z.number(), z.number()]) }),
  ]),
  "records and sets of names": z.object({ scores: z.record(z.string(), z.number().gte(0).lt(1)), flags: z.record(z.enum(["a", "b"]), z.boolean()) }),
  "what comes back": Category,
  "all of two": z.intersection(z.object({ a: z.string() }), z.object({ b: z.number().multipleOf(5).int() })),
  "literals, unions, enums": z.object({ level: z.enum(["low", "high"]), code: z.union([z.literal(1), z.literal("x"), z.null()]), any: z.unknown() }),
  "texts of many forms": z.object({ duration: z.iso.duration(), time: z.iso.time(), cuid: z.cuid(), ulid: z.ulid(), b64: z.base64(), host: z.string().startsWith("h-").endsWith("x") }),
}; // biome-ignore format: a table

/** As pydantic, OpenAI's and Vercel's SDKs, LangChain, LiteLLM, instructor and `llm` write them. */
const written: Readonly<Record<string, object>> = {
  "pydantic, with defaults, none and models inside": {
    $defs: {
      Color: { enum: ["red", "green"], title: "Color", type: "string" },
      Item: {
        properties: {
          name: { maxLength: 50, minLength: 1, title: "Name", type: "string" },
          price: { exclusiveMinimum: 0, title: "Price", type: "number" },
          color: { $ref: "#/$defs/Color", default: "red" },
          note: { anyOf: [{ type: "string" }, { type: "null" }], default: null, title: "Note" },
        },
        required: ["name", "price"],
        title: "Item",
        type: "object",
      },
    },
    additionalProperties: false,
    properties: {
      items: { items: { $ref: "#/$defs/Item" }, title: "Items", type: "array" },
      by_color: { additionalProperties: { type: "integer" }, propertyNames: { $ref: "#/$defs/Color" }, title: "By Color", type: "object" },
      pair: { maxItems: 2, minItems: 2, prefixItems: [{ type: "integer" }, { type: "string" }], title: "Pair", type: "array" },
      link: { format: "uri", maxLength: 2083, minLength: 1, title: "Link", type: "string" },
      weight: {
        anyOf: [{ type: "number" }, { pattern: "^(?!^[-+.]*$)[+-]?0*\\d*\\.?\\d*$", type: "string" }],
        title: "Weight",
      },
      token: { format: "uuid4", title: "Token", type: "string" },
      when: { format: "date-time", title: "When", type: "string" },
    },
    required: ["items", "by_color", "pair", "link", "when", "weight", "token"],
    title: "Order",
    type: "object",
  },
  "pydantic, models told apart": {
    $defs: {
      Cat: { properties: { kind: { const: "cat", title: "Kind", type: "string" }, lives: { title: "Lives", type: "integer" } }, required: ["kind", "lives"], title: "Cat", type: "object" },
      Dog: { properties: { kind: { const: "dog", title: "Kind", type: "string" }, friends: { items: { $ref: "#/$defs/Pet" }, type: "array" } }, required: ["kind", "friends"], title: "Dog", type: "object" },
      Pet: { discriminator: { mapping: { cat: "#/$defs/Cat", dog: "#/$defs/Dog" }, propertyName: "kind" }, oneOf: [{ $ref: "#/$defs/Cat" }, { $ref: "#/$defs/Dog" }] },
    },
    properties: { pet: { $ref: "#/$defs/Pet" } },
    required: ["pet"],
    title: "Owner",
    type: "object",
  },
  "OpenAI's strict mode, recursive": {
    type: "object",
    properties: { ui: { $ref: "#/$defs/element" } },
    required: ["ui"],
    additionalProperties: false,
    $defs: {
      element: {
        type: "object",
        description: "An element of a page",
        properties: {
          type: { type: "string", enum: ["div", "button", "field"] },
          label: { type: ["string", "null"], description: "What it says" },
          children: { type: "array", items: { $ref: "#/$defs/element" } },
        },
        required: ["type", "label", "children"],
        additionalProperties: false,
      },
    },
  },
  "LangChain's, with a title and a description": {
    description: "A person",
    properties: { name: { title: "Name", type: "string" }, age: { title: "Age", type: "integer" } },
    required: ["name", "age"],
    title: "Person",
    type: "object",
    additionalProperties: false,
  },
  "a tool without arguments": { properties: {}, type: "object" },
  "a tool with optional arguments": {
    type: "object",
    properties: { city: { type: "string" }, unit: { type: "string", enum: ["c", "f"] }, days: { type: "integer", minimum: 1, maximum: 14 } },
    required: ["city"],
  },
  "OpenAPI 3.0's words": {
    type: "object",
    properties: { a: { type: "string", nullable: true, example: "x" }, b: { type: "integer", format: "int64", readOnly: true, xml: {} } },
    required: ["a", "b"],
    "x-internal": true,
  },
}; // biome-ignore format: a table

function expectValid(schema: object, isOld = false): void {
  const ajv = new (isOld ? Ajv : Ajv2020)({ strict: false, logger: false, validateFormats: true });
  formats.default(ajv);
  ajv.addFormat("uuid4", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i);
  const isRight = ajv.compile(schema);
  const sampler = new Sampler(compileSchema(schema).grammar, 3);
  for (let count = 0; count < 20; count += 1) {
    const text = sampler.text();
    expect(isRight(JSON.parse(text)), `${text} ${ajv.errorsText(isRight.errors)}`).to.equal(true);
  }
}

describe("schemas as clients write them", () => {
  for (const [name, schema] of Object.entries(written)) it(`compile: ${name}`, () => expectValid(schema));

  for (const [name, schema] of Object.entries(zodSchemas)) {
    it(`compile: zod's, ${name}`, () => {
      const { grammar } = compileSchema(z.toJSONSchema(schema));
      const sampler = new Sampler(grammar, 3);
      for (let count = 0; count < 20; count += 1) {
        const text = sampler.text();
        expect(schema.safeParse(JSON.parse(text)).error?.issues ?? [], text).to.deep.equal([]);
      }
    });

    it(`compile: zod's as draft 7, ${name}`, () => {
      expect(compileSchema(z.toJSONSchema(schema, { target: "draft-7" })).grammar).to.match(/^root ::= /);
    });
  }

  it("are draft 7's, with lists of items and with definitions", () => {
    expectValid(
      {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties: {
          pair: {
            type: "array",
            items: [{ type: "integer" }, { $ref: "#/definitions/name" }],
            additionalItems: false,
            minItems: 2,
          },
        },
        required: ["pair"],
        additionalProperties: false,
        definitions: { name: { type: "string", pattern: "^[a-z]+$" } },
      },
      true,
    );
  });

  it("are written on one line, with one blank or none where models put them", () => {
    grammarOf(written["a tool with optional arguments"])
      .accepts('{"city":"Ulm"}', '{"city": "Ulm", "unit": "c", "days": 3}')
      .refuses(
        '{"city":  "Ulm"}',
        '{ "city":"Ulm"}',
        '{"city":"Ulm"}\n',
        '{"city":"Ulm" }',
        '{"city":"Ulm","days":15}',
      );
  });
});
