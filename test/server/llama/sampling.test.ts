import { expect } from "chai";
import type { Token } from "node-llama-cpp";
import { samplerConfig } from "../../../src/server/llama/sampling.js";
import { rawRequest } from "../../support/requests.js";

describe("samplerConfig", () => {
  const tokens = Array.from({ length: 70 }, (_, index) => index as Token);

  it("leaves out what is off", () => {
    const config = samplerConfig(rawRequest("x", { topK: 0, topP: 1, repetitionPenalty: 1 }), tokens);
    expect(config).to.deep.equal({ temperature: 0, seed: 1, minP: 0 });
  });

  it("passes on what is on", () => {
    const over = { temperature: 0.5, topK: 3, topP: 0.4, minP: 0.1, seed: 2 };
    expect(samplerConfig(rawRequest("x", over), tokens)).to.deep.equal(over);
  });

  it("never gives the library the seed for which it draws one by itself", () => {
    const seeds = [0, 2 ** 32 - 2, 2 ** 32 - 1].map((seed) => samplerConfig(rawRequest("x", { seed }), tokens).seed);
    expect(seeds).to.deep.equal([0, 2 ** 32 - 2, 2 ** 32 - 2]);
  });

  it("lets the penalty look back on the last 64 tokens of the prompt, the newest last", () => {
    const config = samplerConfig(rawRequest("x", { repetitionPenalty: 1.15 }), tokens);
    expect(config).to.include({ repeatPenalty: 1.15, repeatPenaltyMaxTokens: 64 });
    expect([...(config.repeatPenaltyTokens ?? [])]).to.deep.equal(tokens.slice(6));
  });
});
