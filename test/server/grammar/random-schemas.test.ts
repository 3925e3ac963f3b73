import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "chai";
import { compileSchema } from "../../../src/server/grammar/compile-schema.js";
import { largestGrammarBytes } from "../../../src/server/grammar/rule-book.js";
import { SchemaRefused } from "../../../src/server/grammar/schema.js";
import { RandomSchemas } from "../../support/random-schema.js";
import { Sampler } from "../../support/sample-gbnf.js";

const rounds = 10_000;
const validated = 500;
/** Aim: 50 ms of this process. */
const ceilingMs = 500;

describe("random schemas", () => {
  it(`compile or are refused by name, ${rounds} of them, none of them slowly`, () => {
    const schemas = new RandomSchemas(11);
    const refused = new Set<string>();
    let compiled = 0;
    let slowestMs = 0;
    for (let round = 0; round < rounds; round += 1) {
      const schema = schemas.next();
      const before = process.cpuUsage().user;
      const result = grammarOrRefusal(schema);
      slowestMs = Math.max(slowestMs, (process.cpuUsage().user - before) / 1000);
      if (result instanceof SchemaRefused) refused.add(result.keyword);
      else compiled += 1;
      if (typeof result === "string") expect(Buffer.byteLength(result)).to.be.at.most(largestGrammarBytes);
    }
    expect(compiled).to.be.above(rounds / 2);
    expect([...refused]).to.include.members([
      "not",
      "if",
      "pattern",
      "uniqueItems",
      "contains",
      "colour",
      "$ref",
      "oneOf",
    ]);
    expect(slowestMs).to.be.below(ceilingMs);
  }).timeout(300_000);

  it("are kept by every text that their grammar lets be written", () => {
    const schemas = new RandomSchemas(12);
    const wrong: string[] = [];
    for (let round = 0; round < validated; round += 1) {
      const schema = schemas.next();
      const grammar = grammarOrRefusal(schema);
      if (typeof grammar === "string") wrong.push(...wrongTexts(schema, grammar));
    }
    expect(wrong).to.deep.equal([]);
  }).timeout(300_000);
});

function grammarOrRefusal(schema: unknown): string | SchemaRefused {
  try {
    return compileSchema(schema).grammar;
  } catch (error) {
    if (error instanceof SchemaRefused) return error;
    throw error;
  }
}

/** Of five texts those that are not JSON, or wrong by the schema as ajv reads it. */
function wrongTexts(schema: unknown, grammar: string): string[] {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, logger: false });
  formats.default(ajv);
  const isRight = ajv.compile(schema as object);
  const sampler = new Sampler(grammar, 1);
  const texts = Array.from({ length: 5 }, () => sampler.text());
  return texts
    .filter((text) => !isRight(JSON.parse(text)))
    .map((text) => `${JSON.stringify(schema)} lets through ${text}`);
}
