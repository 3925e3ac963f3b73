import { expect } from "chai";
import { z } from "zod";
import { LabError } from "../../../src/server/errors.js";
import { type Body, bodyOf, fieldNames, noBody } from "../../../src/server/schema/body.js";
import { orDefault, textField, wholeField } from "../../../src/server/schema/field-schemas.js";
import { stopBody } from "../../../src/server/schema/lab.js";

const schema = z.object({
  name: textField(1, 8),
  most_words: orDefault(wholeField(1, 9), 5, "How many."),
  no_null: wholeField(1, 9).optional(),
});
const words: Body<unknown> = bodyOf({
  schema,
  aliases: new Map([["limit", "most_words"]]),
  unknown: "refuse",
  toCall: (filled) => filled,
});

const refusal = (body: Body<unknown>, sent: unknown): LabError => {
  try {
    body.read(sent);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error(`accepted ${JSON.stringify(sent)}`);
};

describe("a body", () => {
  it("knows the names of its fields from its schema", () => {
    expect(fieldNames(schema)).to.deep.equal(["name", "most_words", "no_null"]);
  });

  it("takes a field under its name, in camel case, and under the other names it has", () => {
    for (const field of ["most_words", "mostWords", "limit"]) {
      expect(words.read({ name: "a", [field]: 7 })).to.include({ most_words: 7 });
    }
  });

  it("takes null for the default where the schema does, beside a value under another name, and nowhere else", () => {
    expect(words.read({ name: "a", most_words: null })).to.include({ most_words: 5 });
    expect(words.read({ name: "a", most_words: null, limit: 7 })).to.include({ most_words: 7 });
    expect(words.read({ name: "a", limit: 7, mostWords: null })).to.include({ most_words: 7 });
    expect(refusal(words, { name: "a", noNull: null }).message).to.equal(
      "noNull is null. It must be a whole number from 1 to 9.",
    );
    expect(refusal(words, { name: null }).message).to.equal("name is null. It must be a text of 1 to 8 characters.");
  });

  it("names the field as it was sent", () => {
    expect(refusal(words, { name: "a", limit: 70 }).param).to.equal("limit");
    expect(refusal(words, { name: "a", limit: null, most_words: 70 }).param).to.equal("most_words");
    expect(refusal(words, { name: "a", limit: 7, mostWords: 8 }).message).to.contain("limit is 7 and mostWords is 8");
  });

  it("refuses a field nobody knows and names those there are", () => {
    const error = refusal(words, { name: "a", nmae: 1 });
    expect([error.code, error.param]).to.deep.equal(["invalid_request", "nmae"]);
    expect(error.message).to.equal('There is no field "nmae". There are name, most_words, no_null.');
    expect(refusal(stopBody, { drain: 0 }).param).to.equal("drain");
  });

  it("says that it is missing where there must be one", () => {
    expect(refusal(words, undefined).message).to.equal("The body is missing. It must be a JSON object.");
    expect(refusal(words, {}).message).to.equal("name is missing. It must be a text of 1 to 8 characters.");
    expect(stopBody.read(undefined)).to.equal(10);
  });
});

describe("no body", () => {
  it("is nothing, or an empty object", () => {
    for (const sent of [undefined, null, {}]) expect(noBody.read(sent)).to.equal(undefined);
  });

  it("refuses fields, which would be lost", () => {
    const error = refusal(noBody, { model_id: "x" });
    expect([error.param, error.message]).to.deep.equal([
      "model_id",
      "This request takes no fields. Leave the body out.",
    ]);
  });
});
