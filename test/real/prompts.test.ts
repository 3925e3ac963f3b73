import { itWritesPromptsOf } from "../support/prompts/family-prompts.js";
import { promptReferences } from "../support/prompts/prompt-references.js";

describe("prompts of all families", () => {
  itWritesPromptsOf(Object.keys(promptReferences.families).filter((family) => family !== "SmolLM2-135M-Instruct"));
});
