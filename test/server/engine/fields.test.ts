import { expect } from "chai";
import type { GenerationField } from "../../../src/server/engine/field-kinds.js";
import { generationFields, generationNumbers, numberFields } from "../../../src/server/engine/fields.js";

const fields = Object.entries<GenerationField>(generationFields);

describe("the table of options", () => {
  it("has the options of the API document with its defaults", () => {
    const { maxTokens, temperature, topP, topK, repetitionPenalty } = generationFields;
    expect(
      [maxTokens, temperature, topP, topK, repetitionPenalty].map(({ wire, fallback }) => [wire, fallback]),
    ).to.deep.equal([
      ["max_length", 8192],
      ["temperature", 0.7],
      ["top_p", 0.9],
      ["top_k", 80],
      ["repetition_penalty", 1.15],
    ]);
  });

  for (const [name, { what, note = what }] of fields) {
    it(`says of ${name} what it is, as the part of a sentence`, () => {
      for (const words of [what, note]) expect(words).to.match(/^\S.*[^.;,\s]$/);
    });
  }

  for (const [name, { kind, least, most, fallback }] of numberFields) {
    it(`gives ${name} a range that holds its default`, () => {
      expect(fallback === "random" ? least : fallback).to.be.within(least, most);
      if (kind === "whole") expect([least, most].every(Number.isSafeInteger)).to.equal(true);
    });
  }

  it("has no name twice", () => {
    const names = fields.flatMap(([, { wire, aliases = [] }]) => [wire, ...aliases]);
    expect(new Set(names).size).to.equal(names.length);
  });

  it("gives numbers in the engine's units: milliseconds, in whole ones", () => {
    const onWire = new Map(numberFields.map(([, { wire }], index) => [wire, wire === "max_time" ? 0.1234 : index]));
    const numbers = generationNumbers((wire) => onWire.get(wire) as number);
    expect(numbers.maxTimeMs).to.equal(123);
    expect(Object.keys(numbers)).to.deep.equal(numberFields.map(([name]) => name));
    expect(numbers.topP).to.equal(onWire.get("top_p"));
  });
});
