import { expect } from "chai";
import { LabError } from "../../../src/server/errors.js";
import { type PassCall, passBody } from "../../../src/server/schema/passes.js";

/** As it comes in: through JSON, which has no word for NaN. */
const parsed = (body: object): PassCall => passBody.read(JSON.parse(JSON.stringify(body)));

describe("the body of a request for a pass", () => {
  it("has no limits but a day where none are named", () => {
    const { expiresAt, ...rest } = parsed({ name: "Ann" });
    expect(rest).to.deep.equal({ name: "Ann", scopes: ["infer"], maxRequests: null, maxTokens: null, models: null });
    expect((expiresAt as number) - Date.now()).to.be.within(86_300_000, 86_400_000);
  });

  it("names limits, models and no end", () => {
    const body = { name: "Ann", expires_in: "never", max_requests: 3, max_tokens: 1e12, models: ["b", "a", "b"] };
    expect(parsed(body)).to.include({ expiresAt: null, maxRequests: 3, maxTokens: 1e12 });
    expect(parsed(body).models).to.deep.equal(["b", "a"]);
  });

  for (const name of ["max_requests", "max_tokens", "expires_in", "models"]) {
    for (const value of [null, Number.NaN, Number.POSITIVE_INFINITY, Number("12 000")]) {
      it(`is refused with ${name} ${value}, which is no way to say without limit`, () => {
        expect(() => parsed({ name: "Ann", [name]: value }))
          .to.throw(LabError, `${name} is null, which is what JSON makes of NaN and Infinity. Leave the field out for`)
          .and.include({ code: "invalid_request", param: name });
      });
    }
  }

  for (const [name, values] of Object.entries({
    max_requests: [0, -1, 1.5, 1e9 + 1, "3", true, [], {}],
    max_tokens: [0, -1, 1.5, 1e12 + 1, "3"],
    expires_in: [0, -1, 1e9, "soon", "", "366d", {}],
    models: ["a", [], [""], [1], Array.from({ length: 65 }, (_, index) => `m${index}`)],
  })) {
    for (const value of values) {
      it(`is refused with ${name} ${JSON.stringify(value).slice(0, 40)}`, () => {
        expect(() => parsed({ name: "Ann", [name]: value }))
          .to.throw(LabError)
          .with.property("param")
          .that.matches(new RegExp(`^${name}`));
      });
    }
  }
});
