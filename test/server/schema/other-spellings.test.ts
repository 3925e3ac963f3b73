import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { chatBody, generateBody } from "../../../src/server/schema/generation.js";
import type { GenerationCall } from "../../../src/server/schema/generation-call.js";

const read = (body: object): GenerationCall => generateBody.read({ prompt: "x", ...body });

const refusal = (parse: () => unknown): LabError => {
  try {
    parse();
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error("accepted");
};

describe("names of other servers on /generate and /chat", () => {
  it("are those of its own fields", () => {
    for (const [sent, own] of [
      [{ model: "b" }, { model_id: "b" }],
      [{ n_predict: 3 }, { max_length: 3 }],
      [{ num_predict: 3 }, { max_length: 3 }],
      [{ max_completion_tokens: 3 }, { max_length: 3 }],
      [{ repeat_penalty: 1.5 }, { repetition_penalty: 1.5 }],
      [{ system: "Be brief." }, { system_prompt: "Be brief." }],
      [{ n_probs: 2 }, { logprobs: 2 }],
      [{ options: { num_predict: 3, temperature: 0.1 } }, { max_length: 3, temperature: 0.1 }],
      [{ options: { temperature: 0.1 }, temperature: 0.2 }, { temperature: 0.2 }],
      [{ num_predict: -1 }, { max_length: 1_048_576 }],
      [{ max_tokens: -1 }, { max_length: 1_048_576 }],
      [{ top_k: -1 }, { top_k: 0 }],
    ]) {
      expect(read({ ...sent, seed: 1 }), JSON.stringify(sent)).to.deep.equal(read({ ...own, seed: 1 }));
    }
    expect(read({ seed: -1 }).request.exact, "any seed is none that was named").to.equal(false);
    expect(refusal(() => read({ max_length: -1 })).param).to.equal("max_length");
  });

  it("are named with the reason when they have no effect, and not at all when they ask for what is so", () => {
    expect(read({ typical_p: 0.5 }).warnings).to.deep.equal([
      "typical_p has no effect here: the engine has no locally typical sampling; use min_p.",
    ]);
    expect(read({ options: { num_ctx: 4096 } }).warnings[0]).to.match(/^num_ctx has no effect here: /);
    expect(read({ typical_p: 1, mirostat: 0, store: false, user: null, raw: false }).warnings).to.deep.equal([]);
  });

  it("are refused when the answer would be another, and with strict when they have no effect", () => {
    for (const name of ["suffix", "images", "lora", "functions", "t_max_predict_ms", "modalities"]) {
      const error = refusal(() => read({ [name]: [1] }));
      expect([error.code, error.param]).to.deep.equal(["invalid_request", name]);
    }
    const strict = refusal(() =>
      chatBody.read({ messages: [{ role: "user", content: "x" }], mirostat: 2, strict: true }),
    );
    expect(strict.param).to.equal("mirostat");
  });
});
