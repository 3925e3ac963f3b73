import { expect } from "chai";
import { loadBody, unloadBody } from "../../../src/server/schema/models.js";

describe("the body of POST /models/load", () => {
  it("leaves to the settings what is not said", () => {
    expect(loadBody.read({ model_id: "m", slots: null })).to.deep.equal({
      modelId: "m",
      context: undefined,
      slots: undefined,
      chatTemplate: undefined,
      keepAliveSeconds: undefined,
      warnings: [],
    });
  });

  it("names unknown fields", () => {
    expect(loadBody.read({ modelId: "m", quantization: "int8" }).warnings).to.have.length(1);
  });
});

describe("keep_alive of a load", () => {
  for (const [given, seconds] of [
    [90, 90],
    ["90s", 90],
    ["8h", 28_800],
    ["never", "never"],
  ] as const) {
    it(`reads ${JSON.stringify(given)} as ${seconds}`, () => {
      expect(loadBody.read({ model_id: "m", keep_alive: given }).keepAliveSeconds).to.equal(seconds);
    });
  }

  for (const given of [0, -1, 2_592_001, "soon", "", true, [], {}, Number.MAX_VALUE, "9".repeat(40)]) {
    it(`refuses ${JSON.stringify(given)} and names the field as it was sent`, () => {
      for (const field of ["keep_alive", "keepAlive"]) {
        const refused = (): unknown => loadBody.read({ model_id: "m", [field]: given });
        expect(refused).to.throw(field).with.property("code", "invalid_request");
      }
    });
  }
});

describe("the body of POST /models/unload", () => {
  it("means the current model without a body, without a name and with null", () => {
    for (const body of [undefined, {}, { model_id: null }]) expect(unloadBody.read(body)).to.equal(undefined);
  });

  it("takes a name under either spelling, and refuses what is none", () => {
    expect([unloadBody.read({ model_id: "a" }), unloadBody.read({ modelId: "b" })]).to.deep.equal(["a", "b"]);
    for (const given of ["", 3, [], "x".repeat(513)])
      expect(() => unloadBody.read({ model_id: given })).to.throw("model_id");
  });
});
