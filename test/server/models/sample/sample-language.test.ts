import { expect } from "chai";
import { lift } from "../../../../src/server/models/sample/language-tables.js";
import {
  nextTokenLogits,
  nextTokenProbabilities,
  sampleTables,
  sampleVocabulary,
} from "../../../../src/server/models/sample/sample-language.js";
import { sampleModels } from "../../../../src/server/models/sample/sample-models.js";
import type { ChatMessage } from "../../../../src/server/wire/generation.js";
import { endlessChat, endlessPrompt, greedyChat, greedyText, promptTokens } from "../../../support/sample-theory.js";

const ask = (id: "sample" | "sample-b", content: string, repetitionPenalty = 1) =>
  greedyChat(id, [{ role: "user", content }], 100, { repetitionPenalty });

const questions = [
  "Hello",
  "Who are you?",
  "What is LocalLab?",
  "What is a GGUF file?",
  "How is the weather today?",
  "Tell me about cats",
  "What does the ocean look like?",
  "Do you like music?",
  "Can you write code?",
  "What should I eat?",
  "Count to ten",
  "Tell me a story",
  "Thanks!",
  "What is the meaning of life?",
  "日本語 🦙",
];

describe("the language of the sample models", () => {
  it("is its formula, computed the long way", () => {
    const { vocabulary, follow, bend } = sampleTables("sample");
    const { size } = vocabulary;
    const context = promptTokens("sample", "Tell me about cats. A cat");
    const scores = nextTokenLogits("sample", context);
    for (let next = 0; next < size; next += 7) {
      let expected = lift + (follow[next * size + (context.at(-1) ?? 0)] ?? 0);
      for (const word of context) expected += (bend[next * size + word] ?? 0) / context.length;
      expect(scores[next]).to.be.closeTo(expected, 1e-9 * Math.abs(expected) + 1e-9);
    }
  });

  it("has probabilities that sum to 1 and sharpen with a lower temperature", () => {
    const context = promptTokens("sample", "xyz.");
    const [cold, warm] = [0.5, 1].map((temperature) => nextTokenProbabilities("sample", context, temperature));
    for (const probabilities of [cold, warm]) {
      expect(probabilities?.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-9);
    }
    expect(Math.max(...(cold ?? []))).to.be.greaterThan(Math.max(...(warm ?? [])));
  });

  it("refuses an empty context and tokens that are none", () => {
    expect(() => nextTokenLogits("sample", [])).to.throw(RangeError, "The context is empty");
    for (const token of [-1, 0.5, Number.NaN, sampleVocabulary("sample").size]) {
      expect(() => nextTokenLogits("sample", [3, token])).to.throw(RangeError, `${token} is no token`);
    }
  });

  it("answers every question within 60 tokens, penalty or not, and the two models differ", () => {
    for (const question of questions) {
      for (const penalty of [1, 1.15]) {
        const answers = sampleModels.map(({ id }) => ask(id, question, penalty));
        for (const { finish, tokens, text } of answers) {
          expect(finish, `${question} ${text}`).to.equal("stop");
          expect(tokens.length, `${question} ${text}`).to.be.within(4, 60);
          expect(text).to.match(/^[A-Z][^�]*[.!?]$/);
        }
        expect(answers[0]?.text).to.not.equal(answers[1]?.text);
      }
    }
  });

  it("talks about what was asked", () => {
    const words: Record<string, RegExp> = {
      "Tell me about cats": /cat/i,
      "What does the ocean look like?": /sea|shore/i,
      "Do you like music?": /music|chorus/i,
      "Count to ten": /one two three/i,
      "Can you write code?": /code|computers/i,
      "What is a GGUF file?": /GGUF/,
      "What is LocalLab?": /LocalLab/,
    };
    for (const { id } of sampleModels) {
      for (const [question, word] of Object.entries(words)) expect(ask(id, question).text, id).to.match(word);
    }
  });

  it("follows a change of topic", () => {
    const messages = [
      { role: "user", content: "Tell me about cats" },
      { role: "assistant", content: ask("sample", "Tell me about cats").text },
      { role: "user", content: "Do you like music?" },
    ] as const;
    expect(greedyChat("sample", messages, 60).text).to.match(/music|drums|melodies/i);
  });

  it("keeps to the question through six turns, known or not, and answers each in two sentences at most", () => {
    const asked = {
      "Tell me about cats": /cat|kitten|tabb|whisker|mouser|claw|stray/i,
      "And more about cats?": /cat|kitten|tabb|whisker|mouser|claw|stray/i,
      "Do you like music?": /music|violin|drum|singer|fiddle|spoon|chorus/i,
      "What is the meaning of life?": /such|those|these|other|blimey|alas|sadly|nay/i,
      "Can you write code?": /computer|program|compiler|keyboard|bug|backup/i,
      "Thanks!": /come|return|visit|stay|fair|calm|smooth|kind/i,
    };
    for (const { id } of sampleModels) {
      const messages: ChatMessage[] = [];
      for (const [content, words] of Object.entries(asked)) {
        messages.push({ role: "user", content });
        const { text, finish } = greedyChat(id, messages, 60, { repetitionPenalty: 1.15 });
        expect(finish).to.equal("stop");
        expect(text.match(/[.!]/g), text).to.have.length.within(1, 2);
        expect(text, content).to.match(words);
        messages.push({ role: "assistant", content: text });
      }
    }
  });

  it("continues raw prompts with a blank where one belongs, and ends", () => {
    for (const [prompt, start] of Object.entries({ "The cat": / chased /, Hello: / dear /, "zebras ": /^[A-Z]/ })) {
      const { text, finish } = greedyText("sample", prompt, 100);
      expect(text).to.match(new RegExp(`^${start.source.replace(/^\^/, "")}`));
      expect(finish).to.equal("stop");
    }
  });

  it("goes on for ever where that was asked for", () => {
    for (const { id } of sampleModels) {
      for (const repetitionPenalty of [1, 1.15]) {
        expect(greedyText(id, endlessPrompt, 400, { repetitionPenalty }).finish).to.equal("length");
        expect(greedyChat(id, endlessChat, 400, { repetitionPenalty }).finish).to.equal("length");
      }
    }
  });

  it("reads its own text back as the tokens it was made of", () => {
    for (const { id } of sampleModels) {
      const vocabulary = sampleVocabulary(id);
      for (const question of questions) {
        const { text, tokens } = ask(id, question);
        expect(vocabulary.encode(text)).to.deep.equal([...tokens]);
      }
    }
  });
});
