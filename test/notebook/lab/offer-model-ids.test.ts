import { expect } from "chai";
import { offerModelIds, type QuotedPlace } from "../../../src/notebook/lab/offer-model-ids.js";
import type { ModelList } from "../../../src/server/wire/models.js";

const hookKey = Symbol.for("locallab.completions");
const offered = (place: Partial<QuotedPlace>) =>
  (globalThis as unknown as { [hookKey]: (place: QuotedPlace) => readonly string[] })[hookKey]({
    callee: undefined,
    property: undefined,
    ...place,
  });

describe("model ids for Tab", () => {
  let ids: string[];
  let asked: number;
  let answers: boolean;
  let nowMs: number;
  const models = {
    async list(): Promise<ModelList> {
      asked += 1;
      if (!answers) throw new Error("gone");
      return { models: ids.map((id) => ({ id })) } as unknown as ModelList;
    },
  };

  beforeEach(async () => {
    [ids, asked, answers, nowMs] = [["smol", "qwen"], 0, true, 0];
    await offerModelIds(models, () => nowMs);
  });
  after(() => delete (globalThis as { [key: symbol]: unknown })[hookKey]);

  it("are offered where a model is named, and nowhere else", () => {
    for (const callee of [
      "lab.models.load",
      "lab.models.unload",
      "currentLab().models.load",
      "models?.load",
      "lab.models?.load",
    ])
      expect(offered({ callee: callee.replace(/^models/, "x.models") }), callee).to.deep.equal(["smol", "qwen"]);
    expect(offered({ callee: "lab.generate", property: "model" })).to.deep.equal(["smol", "qwen"]);
    for (const place of [
      {},
      { callee: "lab.generate" },
      { callee: "fs.load" },
      { callee: "lab.models.load", property: "template" },
    ])
      expect(offered(place)).to.deep.equal([]);
  });

  it("ask the server once, and behind the key press when the list is old", async () => {
    offered({ property: "model" });
    expect(asked).to.equal(1);
    [nowMs, ids] = [6000, ["new"]];
    expect(offered({ property: "model" })).to.deep.equal(["smol", "qwen"]);
    await Promise.resolve();
    expect(asked).to.equal(2);
    await new Promise(setImmediate);
    expect(offered({ property: "model" })).to.deep.equal(["new"]);
  });

  it("stay what they were while the lab does not answer", async () => {
    [nowMs, answers] = [6000, false];
    offered({ property: "model" });
    await new Promise(setImmediate);
    expect(offered({ property: "model" })).to.deep.equal(["smol", "qwen"]);
  });
});
