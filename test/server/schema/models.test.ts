import { expect } from "chai";
import { loadBody } from "../../../src/server/schema/models.js";

describe("the body of POST /models/load", () => {
  it("leaves to the settings what is not said", () => {
    expect(loadBody.read({ model_id: "m", slots: null })).to.deep.equal({
      modelId: "m",
      context: undefined,
      slots: undefined,
      warnings: [],
    });
  });

  it("names unknown fields", () => {
    expect(loadBody.read({ modelId: "m", quantization: "int8" }).warnings).to.have.length(1);
  });
});
