/** A kernel that is restarted in the middle of an answer: the one after it shows the rest. */
import { expect } from "chai";
import { skippedParts } from "../../../scripts/setup/skip.mjs";
import { FakeModels, finishWith } from "../../support/fake-models.js";
import { type Door, openDoor } from "../../support/http-client.js";
import { Kernel } from "../../support/kernel.js";

describe("a kernel in mid-answer", () => {
  let door: Door;
  let kernel: Kernel;
  const connect = (): string =>
    `import { connectLab } from "locallab";\nconst lab = await connectLab("http://127.0.0.1:${door.port}");`;
  const generation = (): (typeof door.models.requests)[0]["generation"] => door.models.requests[0]!.generation;
  const isUnread = async (): Promise<boolean> =>
    (await door.send("GET", "/v1/streams")).json.streams.every(({ is_read }: { is_read: boolean }) => !is_read);

  beforeEach(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    this.timeout(120_000);
    door = await openDoor({
      models: new FakeModels((model) => void model.begin({ promptTokens: 7, maxTokens: 8192 })),
    });
    kernel = await Kernel.start();
    await kernel.run(connect());
    const cell = await kernel.begin(`await lab.show([{ role: "user", content: "x" }]);`);
    await door.models.until(() => door.models.requests.length === 1);
    generation().push({ text: "the first half, " }, 1);
    await cell.until(({ shown }) => JSON.stringify(shown).includes("the first half"));
  });
  afterEach(async () => {
    await kernel?.end();
    await door?.close();
  });

  const restart = async (): Promise<void> => {
    await kernel.restart();
    while (!(await isUnread())) await new Promise((next) => setTimeout(next, 20));
    expect(generation().isOver).to.equal(false);
    generation().push({ text: "made while nobody read, " }, 2);
    await kernel.run(connect());
  };
  const whole = "the first half, made while nobody read, the rest";

  it("shows the whole by lab.resume() once it was restarted, and gives the answer to who awaits it", async function () {
    this.timeout(120_000);
    await restart();
    const cell = await kernel.begin("(await lab.resume()).text");
    await cell.until(({ shown }) => JSON.stringify(shown).includes("made while nobody read"));
    finishWith(generation(), "the rest", 3);
    const { error, value, shown } = await cell.ended;
    expect(error).to.equal(undefined);
    expect(value).to.contain(whole);
    expect(JSON.stringify(shown)).to.contain(whole);
  });

  it("shows the whole by lab.last once it was restarted, though it ended in between", async function () {
    this.timeout(120_000);
    await restart();
    finishWith(generation(), "the rest", 3);
    await generation();
    const cell = await kernel.begin("lab.last");
    await cell.until(({ shown }) => JSON.stringify(shown).includes(whole));
    const { error } = await cell.ended;
    expect(error).to.equal(undefined);
  });

  it("that is interrupted ends the answer on the lab, too", async () => {
    await kernel.interrupt();
    await door.models.until(() => generation().state === "cancelled");
    expect((await door.send("GET", "/v1/streams")).json.streams).to.deep.equal([]);
  });
});
