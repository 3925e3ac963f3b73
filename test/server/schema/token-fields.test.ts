import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { generateBody } from "../../../src/server/schema/generation.js";

const read = (fields: object): ReturnType<typeof generateBody.read> => generateBody.read({ prompt: "x", ...fields });

function refusal(fields: object): LabError {
  try {
    read(fields);
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error(`${JSON.stringify(fields)} was accepted.`);
}

describe("logit_bias", () => {
  for (const [sent, pairs] of [
    [
      { 5: -100, 7: 1.5 },
      [
        [5, -100],
        [7, 1.5],
      ],
    ],
    [
      [
        [5, -100],
        [7, 1.5],
      ],
      [
        [5, -100],
        [7, 1.5],
      ],
    ],
    [
      [
        [5, 1],
        [5, 2],
      ],
      [[5, 2]],
    ],
    [{ 5: false }, [[5, -100]]],
    [{}, []],
  ] as const) {
    it(`${JSON.stringify(sent)} is ${JSON.stringify(pairs)}`, () => {
      expect(read({ logit_bias: sent }).request.logitBias).to.deep.equal(pairs);
    });
  }

  it("may be left out or null", () => {
    for (const fields of [{}, { logit_bias: null }]) expect(read(fields).request.logitBias).to.equal(undefined);
  });

  for (const [sent, words] of [
    [{ 5: 101 }, "logit_bias.5 is 101. It must be a number from -100 to 100."],
    [{ 5: "1" }, 'logit_bias.5 is "1". It must be a number from -100 to 100.'],
    [{ " the": -1 }, "logit_bias. the is -1. It must be the id of a token"],
    [{ 1.5: -1 }, "logit_bias.1.5 is -1. It must be the id of a token"],
    [[["the", -1]], 'logit_bias[0][0] is "the". It must be the id of a token'],
    [[[-1, 1]], "logit_bias[0][0] is -1. It must be the id of a token"],
    [[[5, true]], "logit_bias[0][1] is true. It must be a number from -100 to 100."],
    [[["5", 1]], 'logit_bias[0][0] is "5". It must be the id of a token'],
    [[null], "logit_bias[0] is null. It must be the id of a token"],
    ["the", 'logit_bias is "the". It must be up to 300 numbers from -100 to 100, by token id'],
    [
      Array.from({ length: 301 }, (_, token) => [token, 1]),
      "logit_bias is of 301 numbers. It must be up to 300 numbers",
    ],
  ] as const) {
    it(`is refused with: ${words}`, () => {
      const { code, message, param } = refusal({ logit_bias: sent });
      expect({ code, message: message.slice(0, words.length) }).to.deep.equal({
        code: "invalid_request",
        message: words,
      });
      expect(param).to.match(/^logit_bias/);
    });
  }
});

describe("json_schema", () => {
  it("of more bytes than are read is refused, and one that is nested deeper than the stack", () => {
    expect(refusal({ json_schema: { description: "x".repeat(65_536) } }).message).to.contain("bytes long");
    let deep = {};
    for (let depth = 0; depth < 50_000; depth += 1) deep = { not: deep };
    expect(refusal({ json_schema: deep }).param).to.equal("json_schema");
    expect(refusal({ json_schema: [] }).message).to.contain("It must be a JSON schema");
  });
});
