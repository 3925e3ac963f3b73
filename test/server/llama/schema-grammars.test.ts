import { expect } from "chai";
import { getLlama, type Llama } from "node-llama-cpp";
import { compileSchema } from "../../../src/server/grammar/compile-schema.js";
import { SchemaRefused } from "../../../src/server/grammar/schema.js";
import { Matcher } from "../../support/gbnf.js";
import { RandomSchemas } from "../../support/random-schema.js";
import { Sampler } from "../../support/sample-gbnf.js";

/** A text with a character too many, too few, or another. */
function bent(text: string, at: number): string {
  const place = (at * 7919) % (text.length + 1);
  return `${text.slice(0, place)}${['"', "", "}", " ", "0", "a"][at % 6]}${text.slice(place + (at % 2))}`;
}

describe("grammars of schemas, as the engine reads them", () => {
  let llama: Llama;

  before(async () => {
    llama = await getLlama({ build: "never", gpu: false, progressLogs: false });
  });

  after(async () => llama.dispose());

  it("take and refuse the texts that they take and refuse in these tests", async () => {
    const schemas = new RandomSchemas(21);
    const tally = { taken: 0, refused: 0 };
    for (let round = 0; round < 150; round += 1) {
      const grammar = grammarOrNothing(schemas.next());
      if (grammar === undefined) continue;
      const native = (await llama.createGrammar({ grammar })) as unknown as TextMatcher;
      const matcher = new Matcher(grammar);
      for (const text of textsFor(grammar, round)) {
        const isTaken = matcher.accepts(text);
        tally[isTaken ? "taken" : "refused"] += 1;
        expect(native._testText(text), `${text}\n${grammar}`).to.equal(isTaken);
      }
    }
    expect(tally.taken).to.be.above(200);
    expect(tally.refused).to.be.above(200);
  }).timeout(120_000);
});

/** What the library's class has beside what it promises. */
interface TextMatcher {
  _testText(text: string): boolean;
}

/** Right ones, and ones that are nearly right. */
function textsFor(grammar: string, seed: number): string[] {
  const sampler = new Sampler(grammar, seed);
  const texts = Array.from({ length: 3 }, () => sampler.text());
  const all = [...texts, ...texts.flatMap((one) => [bent(one, seed), bent(one, seed + 1)])];
  // the engine's matcher says nothing of no text, and UTF-8 has no halves of pairs
  return all.filter((text) => text !== "" && !/\p{Surrogate}/u.test(text));
}

function grammarOrNothing(schema: unknown): string | undefined {
  try {
    return compileSchema(schema).grammar;
  } catch (error) {
    if (error instanceof SchemaRefused) return undefined;
    throw error;
  }
}
