import { expect } from "chai";
import type { Generation } from "../../../src/server/engine/generation.js";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

const ann = callerNamed("ann");
const bob = callerNamed("bob");

describe("the wait for a model that loads", () => {
  let bench: ResidentsBench;
  afterEach(() => bench.close());

  const ask = (model: string, caller: typeof ann): Generation => bench.models.generate(model, rawRequest("x"), caller);

  beforeEach(() => {
    bench = new ResidentsBench(["a", "b"], { slots: 2, waiting: 4 });
    bench.holdsLoads = true;
  });

  it("is not one key's alone: the last request of the one that has most makes room", async () => {
    const many = Array.from({ length: 6 }, () => ask("a", ann));
    const late = ask("b", bob);
    expect(await rejection(many[5] as Generation)).to.include({ code: "queue_full" });
    expect(many.slice(0, 5).map(({ state }) => state)).to.deep.equal(Array(5).fill("loading"));
    expect(late.state).to.equal("loading");
  });

  it("refuses who would have as many as the others, with how many wait and what to do", () => {
    for (let count = 0; count < 3; count++) for (const caller of [ann, bob]) ask("a", caller);
    expect(() => ask("a", bob))
      .to.throw(/^6 requests wait for models to load, .* --waiting .* Send it again later\.$/)
      .with.property("code", "queue_full");
  });
});
