/** Answers of the real model that obey a schema: every one of them is valid to ajv. */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { expect } from "chai";
import type { RealServer } from "../support/real-server.js";
import { isStarterModelSkipped } from "../support/starter-model.js";
import { startStarterServer } from "../support/starter-server.js";
import { answerSchemas } from "./answer-schemas.js";

const prompts = [
  "Answer with an example.",
  "Gib ein Beispiel mit Umlauten: Äpfel, Öl, Straße.",
  "Make up an answer for Zoë from Kraków, with emoji if you can. 🎉",
  "Explain at length what this is, in many words, and never stop.",
];
const atOnce = 8;
/** More than the longest of these answers takes, unless the model rambles in a text that has no limit. */
const roomTokens = 1500;
/**
 * Answers of 200 that may ramble so, six where this was written: a small model does not end maps and chains that have no
 * limit, and how it goes on depends on its processor's last bit.
 */
const mostCut = 20;

interface Tried {
  readonly name: string;
  readonly prompt: string;
  readonly text: string;
  readonly finishReason: string;
  readonly problem: string | undefined;
}

describe("answers of the real model by a schema", () => {
  let server: RealServer;

  before(async function () {
    if (isStarterModelSkipped()) this.skip();
    server = await startStarterServer({ slots: atOnce, context: 2048 });
  });

  after(async () => server?.stop());

  it("are fifty kinds of answers to four prompts, all valid that were not cut", async function () {
    this.timeout(60 * 60_000);
    const jobs = Object.keys(answerSchemas).flatMap((name) => prompts.map((prompt) => ({ name, prompt })));
    const tried: Tried[] = [];
    const worker = async (): Promise<void> => {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) tried.push(await ask(job.name, job.prompt));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    expect(tried).to.have.lengthOf(50 * prompts.length);
    const ended = tried.filter(({ finishReason }) => finishReason === "stop");
    expect(ended.filter(({ problem }) => problem !== undefined)).to.deep.equal([]);
    const cut = tried
      .filter(({ finishReason }) => finishReason !== "stop")
      .map(({ name, prompt }) => `${name}: ${prompt}`);
    expect(cut.length, cut.join("\n")).to.be.at.most(mostCut);
  });

  async function ask(name: string, prompt: string): Promise<Tried> {
    const schema = answerSchemas[name]!;
    const { json } = await server.post("/chat", {
      messages: [{ role: "user", content: `${prompt} (${name})` }],
      json_schema: schema,
      max_new_tokens: roomTokens,
      temperature: 0.8,
      seed: 7,
      // the machine may be busy: what is long is not late
      max_time: 3600,
    });
    const [choice] = (json as { choices: readonly [{ message: { content: string }; finish_reason: string }] }).choices;
    const text = choice.message.content;
    return { name, prompt, text, finishReason: choice.finish_reason, problem: problemOf(schema, text) };
  }
});

function problemOf(schema: object, text: string): string | undefined {
  const ajv = new Ajv2020({ strict: false });
  formats.default(ajv);
  const isRight = ajv.compile(schema);
  try {
    return isRight(JSON.parse(text)) ? undefined : ajv.errorsText(isRight.errors);
  } catch (error) {
    return String(error);
  }
}
