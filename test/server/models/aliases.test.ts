import { expect } from "chai";
import { rejection } from "../../support/rejection.js";
import { callerNamed, rawRequest, testCaller } from "../../support/requests.js";
import { ResidentsBench } from "../../support/residents-bench.js";

const holder = callerNamed("holder", { mayManage: false, models: new Set(["deep/Tiny-Q8_0"]) });

describe("models by an alias", () => {
  let bench: ResidentsBench;
  beforeEach(() => {
    bench = new ResidentsBench(["deep/Tiny-Q8_0", "plain"], {
      alias: ["gpt-4o-mini=tiny-q8_0", "plain2=plain", "lost=none"],
    });
  });
  afterEach(() => bench.close());

  it("answer, are loaded and leave as by their own name", async () => {
    expect(await bench.models.generate("gpt-4o-mini", rawRequest("x"), testCaller)).to.include({
      model: "deep/Tiny-Q8_0",
    });
    expect(await bench.models.load("plain2")).to.include({ id: "plain" });
    expect(await bench.models.generate("gpt-4o-mini", rawRequest("x"), holder)).to.include({ model: "deep/Tiny-Q8_0" });
    expect(await bench.models.unload("plain2")).to.include({ model_id: "plain" });
  });

  it("are refused to who may not use what they stand for, and where they stand for nothing", async () => {
    expect(() => bench.models.generate("plain2", rawRequest("x"), holder))
      .to.throw()
      .with.property("code", "model_not_found");
    expect((await rejection(bench.models.load("lost"))).code).to.equal("model_not_found");
  });
});
