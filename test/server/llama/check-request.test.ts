import { expect } from "chai";
import type { GenerationRequest } from "../../../src/server/engine/request.js";
import { checkRequest } from "../../../src/server/llama/check-request.js";
import { RequestRefused } from "../../../src/server/llama/request-refused.js";
import { rawRequest } from "../../support/requests.js";

function refusal(over: Record<string, unknown>): RequestRefused {
  try {
    checkRequest(rawRequest("x", over as Partial<GenerationRequest>));
  } catch (error) {
    return error as RequestRefused;
  }
  throw new Error(`${JSON.stringify(over)} was accepted.`);
}

describe("checkRequest", () => {
  it("accepts both ends of every range", () => {
    checkRequest(rawRequest("x", { maxTokens: 1, temperature: 0, topP: 0, topK: 0, repetitionPenalty: 0.1, seed: 0 }));
    checkRequest(
      rawRequest("x", { maxTokens: 2 ** 20, temperature: 2, topP: 1, topK: 2 ** 20, minP: 1, repetitionPenalty: 2 }),
    );
    checkRequest(rawRequest("x", { seed: 2 ** 32 - 1 }));
  });

  it("refuses what is no number, no finite one, or out of range, in every field", () => {
    const fields = ["maxTokens", "temperature", "topP", "topK", "minP", "repetitionPenalty", "seed"];
    for (const field of fields) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e12, "1", null, undefined, {}]) {
        const error = refusal({ [field]: value });
        expect(error).to.be.instanceOf(RequestRefused);
        expect(error.code).to.equal("invalid_request");
        expect(error.message).to.include(field).and.to.include(String(value));
      }
    }
  });

  it("refuses fractions where a whole number is needed", () => {
    for (const field of ["maxTokens", "topK", "seed"]) {
      expect(refusal({ [field]: 1.5 }).message).to.include("whole number");
    }
  });

  it("refuses texts that are no strings", () => {
    expect(refusal({ input: { kind: "prompt", text: 5 } }).code).to.equal("invalid_request");
    expect(refusal({ stop: [null] }).code).to.equal("invalid_request");
  });

  it("checks the ranges of the newer numbers, both ends accepted", () => {
    const ranges = [
      ["presencePenalty", -2, 2],
      ["frequencyPenalty", -2, 2],
      ["xtcProbability", 0, 1],
      ["xtcThreshold", 0, 1],
      ["dryMultiplier", 0, 10],
      ["dryBase", 1, 10],
      ["dryAllowedLength", 0, 1024],
      ["dryPenaltyLastN", -1, 2 ** 20],
      ["repeatLastN", -1, 2 ** 20],
      ["minTokens", 0, 2 ** 20],
      ["logprobs", 0, 20],
    ] as const;
    for (const [field, least, most] of ranges) {
      for (const value of [least, most]) checkRequest(rawRequest("x", { [field]: value }));
      for (const value of [least - 1, most + 1, Number.NaN, "1", null]) {
        expect(refusal({ [field]: value }).message, field).to.contain(`${field} is ${String(value)}`);
      }
    }
  });

  it("refuses biases that are no pairs, too many, out of range, or of tokens that the model lacks", () => {
    checkRequest(
      rawRequest("x", {
        logitBias: [
          [0, -100],
          [9, 100],
        ],
      }),
      10,
    );
    const refused = (logitBias: unknown, words: string): void => {
      expect(() => checkRequest(rawRequest("x", { logitBias } as never), 10)).to.throw(RequestRefused, words);
    };
    refused([[10, 1]], "logit_bias names the token 10, and this model's are 0 to 9.");
    for (const token of [-1, 1.5, "1", null]) refused([[token, 1]], "logit_bias names the token");
    for (const bias of [101, -101, Number.NaN, "1", null, undefined]) refused([[1, bias]], "logitBias is");
    refused(
      Array.from({ length: 301 }, () => [1, 1]),
      "at most 300 pairs",
    );
    for (const other of [{}, "1", 5]) refused(other, "at most 300 pairs");
  });

  it("refuses a grammar that is no text, and a flag that is none", () => {
    expect(refusal({ grammar: 5 }).code).to.equal("invalid_request");
    expect(refusal({ ignoreEos: 1 }).message).to.contain("ignoreEos is 1");
  });
});
