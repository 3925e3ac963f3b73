import { expect } from "chai";
import { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { wireOptions } from "../../../src/notebook/client/wire-options.js";

const known = {
  expiresIn: { field: "expires_in", wants: "seconds; left out it is 24 hours" },
  models: { field: "models", wants: "a list of ids" },
};

function refusal(options: object): LabRequestError {
  try {
    wireOptions("lab.thing", known, options as Record<keyof typeof known, unknown>);
  } catch (error) {
    if (error instanceof LabRequestError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

describe("options of a cell on the wire", () => {
  it("have the wire's names; what is undefined is not sent", () => {
    expect(wireOptions("lab.thing", known, { expiresIn: 0, models: undefined })).to.deep.equal({ expires_in: 0 });
    expect(wireOptions("lab.thing", known, { expiresIn: undefined, models: [] })).to.deep.equal({ models: [] });
  });

  for (const [value, shown] of [
    [null, "null"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-Infinity"],
    ["", "empty"],
    [" \n", "empty"],
  ] as const) {
    it(`refuse ${JSON.stringify(value)} as ${shown}, which would become the default in silence`, () => {
      expect(refusal({ expiresIn: value })).to.include({
        code: "invalid_request",
        param: "expiresIn",
        message: `lab.thing: expiresIn is ${shown}. It must be seconds; left out it is 24 hours.`,
      });
    });
  }

  for (const [slip, meant] of [
    ["expires_in", " Did you mean expiresIn?"],
    ["expiresin", " Did you mean expiresIn?"],
    ["model", " Did you mean models?"],
    ["toString", ""],
    ["__proto__x", ""],
  ] as const) {
    it(`refuse the name ${slip} and say which there are`, () => {
      const message = `lab.thing has no option "${slip}".${meant} There are expiresIn, models.`;
      expect(refusal({ [slip]: 1 })).to.include({ param: slip, message });
    });
  }

  it("refuse text in the place of options", () => {
    expect(refusal("8h" as unknown as object).message).to.match(/^lab\.thing has no option "0"/);
  });
});
