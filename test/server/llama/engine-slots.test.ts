/** What slots remember, in an engine with the starter model: counts of tokens, exactly. */

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { Message } from "../../../src/server/engine/request.js";
import { EngineChild } from "../../support/engine-child.js";
import { rawRequest } from "../../support/requests.js";
import { isStarterModelSkipped, starterModelPath } from "../../support/starter-model.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const system =
  "You are a careful guide of a small museum by the sea. You answer in short and friendly sentences, you say when you " +
  "do not know something, and you never speak of other museums. The museum shows boats, maps, clocks and shells.";
const questions = [
  ["Which boats are there?", "How old is the oldest?", "Who built it?", "May I go on board?"],
  ["Where are the maps?", "Is there one of the island?", "Who drew it?", "Can I buy a copy?"],
  ["Do the clocks still run?", "Which is the largest?", "How is it wound up?", "Does it strike at noon?"],
  ["Are the shells from here?", "Which one is rare?", "Where was it found?", "May children touch them?"],
  ["When do you open?", "Is there a ticket for families?", "Where can we eat?", "Is there a garden?"],
];

/** Tokens that all these conversations begin with: the system message, and where the user's turn begins. */
const sharedTokens = 57;

/** Tokens of a turn that were there before it, and those that its slot should have held. */
interface Turn {
  readonly cached: number;
  readonly expected: number;
  readonly read: number;
}

/** A conversation with the guide; every turn sends all that was said before. */
class Talk {
  readonly #child: EngineChild;
  readonly #key: string;
  readonly #questions: readonly string[];
  readonly #messages: Message[] = [{ role: "system", content: system }];
  #held: number;

  /** `held`: what there is of it before its first turn. */
  constructor(child: EngineChild, key: string, n: number, held: number) {
    this.#child = child;
    this.#key = key;
    this.#questions = questions[n] ?? [];
    this.#held = held;
  }

  async turn(): Promise<Turn> {
    const question = this.#questions[(this.#messages.length - 1) / 2] ?? "";
    this.#messages.push({ role: "user", content: question });
    const request = rawRequest("", { input: { kind: "chat", messages: [...this.#messages] }, maxTokens: 24 });
    const { text, started, finished, failed } = await this.#child.run(request, this.#key);
    if (started === null || finished === null) throw new Error(failed?.message);
    this.#messages.push({ role: "assistant", content: text });
    const turn = {
      cached: started.cachedTokens,
      expected: this.#held,
      read: started.promptTokens - started.cachedTokens,
    };
    // the last token of an answer is read with what follows it
    this.#held = started.promptTokens + finished.completionTokens - (finished.reason === "length" ? 1 : 0);
    return turn;
  }
}

describe("conversations in an engine with the starter model", function () {
  this.timeout(300_000);
  let child: EngineChild;
  let folder: string;

  before(async function () {
    if (isStarterModelSkipped()) this.skip();
    folder = temporaryFolder();
    const modelPath = await starterModelPath();
    child = await EngineChild.load({ modelPath, slots: 4, context: 1024, kept: { folder, bytes: 2 ** 30 } });
  });
  after(() => child?.end());

  /** So many conversations of a key; the first one finds nothing. */
  const talks = (key: string, count: number): Talk[] =>
    Array.from({ length: count }, (_, n) => new Talk(child, key, n, n === 0 ? 0 : sharedTokens));
  const expectOnlyNew = (turns: readonly Turn[]): void => {
    expect(turns.map(({ cached }) => cached)).to.deep.equal(turns.map(({ expected }) => expected));
  };
  const filesLeft = (): string[] => readdirSync(folder);

  it("read only what is new when four go in turns on four slots", async () => {
    const all = talks("in turns", 4);
    for (let turn = 0; turn < 4; turn += 1) for (const talk of all) expectOnlyNew([await talk.turn()]);
  });

  it("read only what is new when four go at once, and their common beginning once", async () => {
    const all = talks("at once", 4);
    for (let turn = 0; turn < 3; turn += 1) expectOnlyNew(await Promise.all(all.map((talk) => talk.turn())));
  });

  it("read only what is new when five go in turns on four slots", async () => {
    const all = talks("five", 5);
    for (let turn = 0; turn < 3; turn += 1) for (const talk of all) expectOnlyNew([await talk.turn()]);
    const modes = filesLeft().map((name) => (statSync(join(folder, name)).mode & 0o777).toString(8));
    expect(modes.length).to.be.at.least(1);
    expect(new Set(modes)).to.deep.equal(new Set(["600"]));
    const bytes = filesLeft().reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect((await child.memory()).keptBytes).to.equal(bytes);
  });

  it("answer a seeded request the same from a copy and from a file as from nothing, in whole pieces", async () => {
    const ask = async (key: string, question: string): Promise<[string, number | undefined]> => {
      const messages: Message[] = [
        { role: "system", content: `${system} ${system} ${system}` },
        { role: "user", content: question },
      ];
      const over = { maxTokens: 24, temperature: 0.8, seed: 7, exact: true } as const;
      const { text, started } = await child.run(rawRequest("", { input: { kind: "chat", messages }, ...over }), key);
      return [text, started?.cachedTokens];
    };
    const [cold, nothing] = await ask("cold", "Which boats are there?");
    expect(nothing).to.equal(0);
    await ask("copy", "Is there a garden?");
    expect(await ask("copy", "Which boats are there?")).to.deep.equal([cold, 128]);
    await ask("file", "Which boats are there?");
    for (const n of [0, 1, 2, 3]) await talks(`other ${n}`, 1)[0]?.turn();
    expect(filesLeft().length).to.be.at.least(1);
    expect(await ask("file", "Which boats are there?")).to.deep.equal([cold, 128]);
  });

  it("leave nothing when their key is forgotten", async () => {
    const [talk] = talks("revoked", 1);
    await talk?.turn();
    const others = [0, 1, 2, 3].map((n) => `other ${n}`);
    const keys = ["revoked", "five", "at once", "in turns", "cold", "copy", "file", ...others];
    for (const key of keys) child.send({ type: "forget", key });
    expect((await child.memory()).keptBytes).to.equal(0);
    expect(filesLeft()).to.deep.equal([]);
    const [again] = talks("revoked", 1);
    expect((await again?.turn())?.cached).to.equal(0);
  });
});
