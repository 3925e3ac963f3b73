import { itWritesPromptsOf } from "../support/prompts/family-prompts.js";

/** Each stands for a kind of template or vocabulary; `test/real/prompts.test.ts` has all there are. */
describe("prompts", () => {
  itWritesPromptsOf([
    // default instructions; an opened thought; a thought cut out of earlier turns
    "Qwen2.5-0.5B-Instruct",
    "QwQ-32B",
    // no instructions about tools; a date
    "Meta-Llama-3.1-8B-Instruct",
    // SentencePiece, no system role, turns by turns
    "Mistral-7B-Instruct-v0.2",
    // channels; markup that the file calls user-defined
    "gpt-oss-20b",
    // blanks dropped behind tokens, instructions dropped in silence
    "Phi-3-mini-4k-instruct",
    // what JavaScript's engine does otherwise than Python's
    "any-ByteDance-Seed-OSS",
  ]);
});
