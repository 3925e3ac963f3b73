import { writeFileSync } from "node:fs";
import { expect } from "chai";
import type { ChatMessage } from "../../src/server/wire/generation.js";
import type { RealServer } from "../support/real-server.js";
import { isStarterModelSkipped } from "../support/starter-model.js";
import { startStarterServer } from "../support/starter-server.js";
import { questionsOf, topics } from "./conversations.js";

/** What a broken prompt makes a model say: the marks of its turns, or the part of the other speaker. */
const markup = /<\||\|>|im_start|im_end|endoftext|<\/?(s|think|user|assistant|system)>|\[\/?INST\]/;
const roleNames = /^\s*(user|assistant|system|human)\s*(:|$)/im;
/** A word said again at once, this often: a model that has lost its place. */
const stutter = /\b(\w+)(?:\W+\1\b){7,}/i;

interface Answer {
  readonly text: string;
  readonly finishReason: string;
}

describe("ten talks of ten turns with a real model", function () {
  this.timeout(900_000);
  let server: RealServer;
  let talks: readonly (readonly Answer[])[] = [];

  before(async function () {
    if (isStarterModelSkipped()) return this.skip();
    server = await startStarterServer({ slots: topics.length, context: 2048 });
    talks = await Promise.all(topics.map((topic, place) => talk(topic, place)));
    const file = process.env.LOCALLAB_TEST_TALKS;
    if (file !== undefined) writeFileSync(file, shown());
  });

  after(() => server?.stop());

  it("hold no mark of a turn and no role's name", () => {
    const broken = talks.flat().filter(({ text }) => markup.test(text) || roleNames.test(text));
    expect(broken).to.deep.equal([]);
  });

  it("always have an answer, with letters in it", () => {
    expect(talks.flat()).to.have.length(100);
    expect(talks.flat().filter(({ text }) => !/\p{L}{2}/u.test(text))).to.deep.equal([]);
  });

  it("mostly end by themselves or are cut at the length asked for, and do not stutter", () => {
    expect(talks.flat().filter(({ finishReason }) => !["stop", "length"].includes(finishReason))).to.deep.equal([]);
    expect(talks.flat().filter(({ text }) => stutter.test(text))).to.deep.equal([]);
  });

  it("do not answer every question alike", () => {
    for (const answers of talks) expect(new Set(answers.map(({ text }) => text)).size).to.be.at.least(8);
  });

  /** At the defaults of sampling, as most have it; the seed is for the next run to see the same. */
  async function talk(topic: string, place: number): Promise<readonly Answer[]> {
    const messages: ChatMessage[] = [];
    const answers: Answer[] = [];
    for (const question of questionsOf(topic)) {
      messages.push({ role: "user", content: question });
      const { status, text, json } = await server.post("/chat", {
        messages,
        max_length: 80,
        seed: place,
        max_time: 600,
      });
      if (status !== 200) throw new Error(`POST /chat answered ${status}: ${text}`);
      const [choice] = json.choices as { message: { content: string }; finish_reason: string }[];
      const content = choice?.message.content ?? "";
      messages.push({ role: "assistant", content });
      answers.push({ text: content, finishReason: choice?.finish_reason ?? "" });
    }
    return answers;
  }

  function shown(): string {
    const lines = topics.map((topic, place) => {
      const turns = questionsOf(topic).map((question, turn) => {
        const { text, finishReason } = talks[place]?.[turn] ?? { text: "", finishReason: "" };
        return `Q: ${question}\nA (${finishReason}): ${text}`;
      });
      return `## ${topic}\n\n${turns.join("\n\n")}`;
    });
    return `${lines.join("\n\n")}\n`;
  }
});
