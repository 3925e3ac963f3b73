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
});
