import { expect } from "chai";
import { closeThought } from "../../../src/server/prompts/close-thought.js";

describe("words behind an open thought", () => {
  const cases: readonly (readonly [what: string, prompt: string, words: string, expected: string])[] = [
    ["close it", "<A>\n<think>\nThree are", "Three are", "<A>\n<think>\n</think>Three are"],
    ["close it under its own name", "<seed:think>Three", "Three", "<seed:think></seed:think>Three"],
    ["close it also when there are none yet", "<A><think>\n", "", "<A><think>\n</think>"],
    ["leave a closed one", "<think>\n</think>\nThree", "Three", "<think>\n</think>\nThree"],
    ["leave a prompt without one", "<A>\nThree", "Three", "<A>\nThree"],
    ["leave a thought that they close themselves", "<think>Hm</think>3", "Hm</think>3", "<think>Hm</think>3"],
    ["leave a thought that they open themselves", "<A><think>Hm", "<think>Hm", "<A><think>Hm"],
  ];
  for (const [what, prompt, words, expected] of cases) {
    it(what, () => expect(closeThought(prompt, words)).to.equal(expected));
  }
});
