import { expect } from "chai";
import { rejection } from "../../support/rejection.js";
import { callerNamed, testCaller } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

const visitor = callerNamed("visitor", { mayManage: false });
const tokenize = { content: "a", addSpecial: false, parseSpecial: true };

describe("texts of models", () => {
  let bench: ResidentsBench;
  beforeEach(() => {
    bench = new ResidentsBench(["a", "b"]);
  });
  afterEach(() => bench.close());

  it("are those of the current model where none is named", async () => {
    await bench.models.load("a");
    const texts = await bench.models.texts(undefined, visitor);
    expect((await texts.tokenize(tokenize)).map(({ id }) => id)).to.deep.equal([97]);
    expect(bench.loads).to.have.length(1);
  });

  it("load the model that is named, for a caller who may manage, and leave the current one", async () => {
    await bench.models.load("a");
    await bench.models.texts("b", testCaller);
    expect(bench.inMemory).to.deep.equal(["a", "b"]);
    expect(bench.models.status().model).to.equal("a");
  });

  it("load nothing for others", async () => {
    await bench.models.load("a");
    expect(await rejection(bench.models.texts("b", visitor))).to.include({ code: "insufficient_scope" });
    expect(bench.inMemory).to.deep.equal(["a"]);
  });

  it("are refused for models that are not there, not the caller's, or not loaded at all", async () => {
    expect(await rejection(bench.models.texts(undefined, visitor))).to.include({ code: "no_model_loaded" });
    expect(await rejection(bench.models.texts("c", testCaller))).to.include({ code: "model_not_found" });
    await bench.models.load("a");
    const theirs = callerNamed("pass", { mayManage: false, models: new Set(["b"]) });
    expect(await rejection(bench.models.texts("a", theirs))).to.include({ code: "model_not_found" });
  });

  it("are refused by an engine that stays down", async () => {
    await bench.models.load("a");
    bench.engine("a").die({ staysDown: true });
    expect(await rejection(bench.models.texts("a", visitor))).to.include({ code: "engine_failed" });
  });
});
