import { expect } from "chai";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

const owner = callerNamed("owner", { isOwner: true });
const guest = callerNamed("guest", { mayManage: false, models: new Set(["theirs"]) });
const manager = callerNamed("manager", { models: new Set(["theirs", "other"]) });

describe("a caller who may use some models only", () => {
  let bench: ResidentsBench;
  beforeEach(async () => {
    bench = new ResidentsBench(["theirs", "hidden", "other"]);
    await bench.models.load("theirs");
    await bench.models.load("hidden");
  });
  afterEach(() => bench.close());

  for (const caller of [guest, manager]) {
    it(`is told, as ${caller.key}, of the model that answers them, not of the current one`, async () => {
      const { models } = bench;
      expect(await models.generate(undefined, rawRequest("x"), caller)).to.include({ model: "theirs" });
      const status = models.status(caller);
      expect(status).to.include({ state: "ready", reason: null, model: "theirs", loading: null });
      expect(status.models.map(({ id, is_current }) => [id, is_current])).to.deep.equal([["theirs", true]]);
      expect(models.current(caller)).to.include({ id: "theirs" });
      expect((await models.list(caller)).current_model).to.equal("theirs");
      expect(models.current(owner)).to.include({ id: "hidden" });
    });
  }

  it("learns of no other model from a load, an unload or what is not loaded", async () => {
    const { models } = bench;
    const loaded = await models.load("other", {}, undefined, manager);
    expect(loaded.models.map(({ id }) => id)).to.deep.equal(["theirs", "other"]);
    await models.unload("other", manager);
    expect((await rejection(models.unload("other", manager))).message).to.equal(
      '"other" is not in memory. In memory: "theirs".',
    );
    expect((await rejection(models.unload("other", owner))).message).to.contain('"theirs", "hidden"');
  });

  it("unloads without a name what answers them, and nothing that is not theirs", async () => {
    const { models } = bench;
    expect(await models.unload(undefined, manager)).to.include({ model_id: "theirs" });
    expect(await models.unload(undefined, manager)).to.include({ model_id: null, message: "No model was loaded." });
    expect(bench.inMemory).to.deep.equal(["hidden"]);
    expect(models.current(manager)).to.equal(null);
    expect(models.current(owner)).to.include({ id: "hidden" });
  });

  it("is not told which model left for theirs", async () => {
    await bench.close();
    bench = new ResidentsBench(["theirs", "hidden"], { resident: 1 });
    await bench.models.load("hidden");
    expect((await bench.models.load("theirs", {}, undefined, manager)).note).to.equal(null);
    expect(bench.models.current(manager)?.note).to.equal(null);
    expect(bench.models.current(owner)?.note).to.contain('"hidden" left memory first');
  });

  it("is told of nothing that loads but theirs", async () => {
    bench.holdsLoads = true;
    const loading = bench.models.load("other");
    await bench.until(() => bench.loads.length === 3);
    expect(bench.models.status(guest).loading).to.equal(null);
    expect(bench.models.status(manager).loading).to.include({ model: "other" });
    bench.loads[2]?.finish();
    await loading;
  });
});
