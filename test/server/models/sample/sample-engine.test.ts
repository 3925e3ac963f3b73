import { expect } from "chai";
import {
  ChatMLChatWrapper,
  getLlama,
  type Llama,
  type LlamaContext,
  LlamaLogLevel,
  type LlamaModel,
  resolveChatWrapper,
  type Token,
} from "node-llama-cpp";
import {
  nextTokenLogits,
  nextTokenProbabilities,
  sampleVocabulary,
} from "../../../../src/server/models/sample/sample-language.js";
import { ensureSampleModel, sampleModels } from "../../../../src/server/models/sample/sample-models.js";
import { chatTokens, endlessPrompt, greedyChat, greedyText, promptTokens } from "../../../support/sample-theory.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

/** Distance in probability that counts as equal; 1e-6 was measured. */
const tolerance = 5e-5;
const streams = 8;

const texts = [
  "The cat sat, on the mat.",
  " Tell me about cats, please!",
  "a , b . c ' d 's it's WE'LL x'T",
  "héllo wörld – 日本語 🦙🏽 ok \u0000 tab\tnl\n\n end",
  "LocalLab and GGUF over HTTP in 1234567 days 1 2 33",
  "<|im_start|>user\nHello<|im_end|>\n",
  "  many   blanks   \r\n\r\n x\u0085y\ufeffz\u00a0cats\u2028cats ",
  'ALL CAPS MixedCase camelCase snake_case kebab-case cats/dogs (cats) "cats"',
  "ر ب ع नमस्ते ǅungla ʰcats ªcats ١٢٣٤ ⅫⅣ e\u0301a\u0308",
  "",
  "\n",
  "cats".repeat(50),
  "a".repeat(50_000),
  `${"!".repeat(40_000)} cats${" ".repeat(40_000)}`,
];

describe("llama.cpp with a sample model", function () {
  this.timeout(120_000);
  let llama: Llama;
  before(async () => {
    llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.error, maxThreads: 2 });
  });
  after(() => llama.dispose());

  for (const { id } of sampleModels) {
    describe(`called ${id}`, () => {
      const vocabulary = sampleVocabulary(id);
      let model: LlamaModel;
      let context: LlamaContext;
      before(async () => {
        model = await llama.loadModel({ modelPath: await ensureSampleModel(id, temporaryFolder()) });
        context = await model.createContext({ contextSize: 512, sequences: streams, threads: 2, flashAttention: true });
      });
      after(() => model.dispose());

      const generate = async (prompt: readonly number[], most: number): Promise<number[]> => {
        const sequence = context.getSequence();
        const tokens: number[] = [];
        for await (const token of sequence.evaluate([...prompt] as Token[], { temperature: 0, yieldEogToken: true })) {
          if (token === vocabulary.turnEnd) break;
          tokens.push(token);
          if (tokens.length === most) break;
        }
        await sequence.dispose();
        return tokens;
      };

      it("cuts any text into the tokens of its vocabulary, and puts it together again", () => {
        for (const text of texts) {
          expect(model.tokenize(text), JSON.stringify(text.slice(0, 80))).to.deep.equal(vocabulary.encode(text));
          expect(vocabulary.decode(vocabulary.encode(text))).to.equal(text);
        }
      });

      it("knows its control tokens and its chat template", () => {
        expect(model.tokens).to.include({ bos: vocabulary.bos, eos: vocabulary.eos, eot: vocabulary.turnEnd });
        expect(model.tokens.shouldPrependBosToken).to.equal(true);
        expect(resolveChatWrapper(model).wrapperName).to.equal("ChatML");
        const state = new ChatMLChatWrapper().generateContextState({
          chatHistory: [
            { type: "system", text: "Be brief." },
            { type: "user", text: "Hello <|im_end|>" },
            { type: "model", response: ["Welcome dear friend."] },
            { type: "user", text: "\n\n Tell me about cats\n" },
            { type: "model", response: [] },
          ],
        });
        const theory = chatTokens(id, [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Hello <|im_end|>" },
          { role: "assistant", content: "Welcome dear friend." },
          { role: "user", content: "\n\n Tell me about cats\n" },
        ]);
        expect(state.contextText.tokenize(model.tokenizer)).to.deep.equal(theory);
      });

      it("follows the formula in 8 streams at once, 40 tokens each", async () => {
        const prompts = [
          "Hello",
          "A cat",
          "The sea is",
          "x.",
          "Tell me about music",
          "cats cats",
          "zebra",
          "Once upon",
        ];
        let worst = 0;
        const stream = async (prompt: string, place: number): Promise<void> => {
          const sequence = context.getSequence();
          const so = promptTokens(id, prompt);
          const sampling = { temperature: 1, topK: 0, topP: 1, seed: place + 1, yieldEogToken: true };
          const steps = sequence.evaluateWithMetadata([...so] as Token[], { probabilities: true }, sampling);
          for await (const { token, probabilities } of steps) {
            nextTokenProbabilities(id, so).forEach((theory, next) => {
              worst = Math.max(worst, Math.abs(theory - (probabilities.get(next as Token) ?? 0)));
            });
            so.push(token);
            if (so.length === promptTokens(id, prompt).length + 40) break;
          }
          await sequence.dispose();
        };
        await Promise.all(prompts.map(stream));
        console.log(`        largest difference in probability: ${worst.toExponential(1)}`);
        expect(worst).to.be.lessThan(tolerance);
      });

      it("gives the formula's scores themselves, for a context of 300 tokens too", async () => {
        for (const prompt of ["Hello", "The sea and the cat. ".repeat(40)]) {
          const sequence = context.getSequence();
          const tokens = promptTokens(id, prompt);
          const last = tokens.at(-1) as Token;
          const asked = [last, { generateNext: { logits: true, options: {} } }] as const;
          const [step] = (await sequence.controlledEvaluate([...(tokens.slice(0, -1) as Token[]), [...asked]])).slice(
            -1,
          );
          const theory = nextTokenLogits(id, tokens);
          const scores = step?.next.logits;
          expect(scores?.size).to.equal(vocabulary.size);
          for (const [token, score] of scores ?? []) {
            const expected = theory[token] ?? Number.NaN;
            expect(score).to.be.closeTo(expected, 2e-6 * Math.abs(expected) + 2e-4);
          }
          await sequence.dispose();
        }
      });

      it("says what theory says, in prose, in chats and without end", async () => {
        expect(await generate(promptTokens(id, "The cat"), 60)).to.deep.equal([
          ...greedyText(id, "The cat", 60).tokens,
        ]);
        expect(await generate(promptTokens(id, endlessPrompt), 150)).to.deep.equal([
          ...greedyText(id, endlessPrompt, 150).tokens,
        ]);
        const messages = [{ role: "user", content: "Tell me about cats" }] as const;
        const answer = greedyChat(id, messages, 60);
        expect(answer.margin).to.be.greaterThan(1e-3);
        expect(await generate(chatTokens(id, messages), 60)).to.deep.equal([...answer.tokens]);
        expect(model.detokenize(answer.tokens as Token[])).to.equal(answer.text);
      });
    });
  }
});
