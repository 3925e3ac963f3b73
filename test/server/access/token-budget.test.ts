import { expect } from "chai";
import type { Pass } from "../../../src/server/access/pass.js";
import { PassBook } from "../../../src/server/access/pass-book.js";
import { LabError } from "../../../src/server/errors.js";

describe("the tokens of a pass", () => {
  let passes: PassBook;
  beforeEach(() => {
    passes = new PassBook();
  });
  afterEach(() => passes.close());
  const pass = (maxTokens: number | null): Pass => passes.create({ name: "Ann", scopes: ["infer"], maxTokens }).pass;

  for (const [what, prompt, wanted, granted] of [
    ["all that is wanted where there is enough", 10, 20, 20],
    ["what the prompt leaves where there is less", 80, 50, 20],
    ["one token where the prompt leaves one", 99, 50, 1],
  ] as const) {
    it(`are granted as ${what}`, () => expect(pass(100).setAside({}, prompt, wanted)).to.equal(granted));
  }

  for (const [prompt, left] of [
    [100, 100],
    [101, 100],
    [1_000_000, 100],
  ] as const) {
    it(`refuse a prompt of ${prompt} where ${left} are left, with both numbers and the limit`, () => {
      try {
        pass(100).setAside({}, prompt, 1);
        expect.fail("granted");
      } catch (error) {
        expect(error).to.be.instanceOf(LabError).and.include({ code: "budget_exhausted", limit: 100 });
        expect(String(error)).to.match(new RegExp(`${prompt} tokens .* has ${left} of its 100 left`));
      }
    });
  }

  it("are never granted twice: forty requests at once use no more than one after the other", () => {
    const one = pass(1000);
    const requests = Array.from({ length: 40 }, () => ({}));
    let most = 0;
    let refused = 0;
    for (const request of requests) {
      try {
        most += 165 + one.setAside(request, 165, 500);
      } catch (error) {
        expect(error).to.be.instanceOf(LabError);
        refused += 1;
      }
    }
    expect([most, refused]).to.deep.equal([1000, 38]);
  });

  it("that a request did not use are free again once it is settled", () => {
    const one = pass(100);
    const request = {};
    one.setAside(request, 10, 90);
    expect(() => one.setAside({}, 1, 1))
      .to.throw(LabError)
      .with.property("retryAfterSeconds", 1);
    one.settle(request, 15);
    expect(one.setAside({}, 5, 1000)).to.equal(80);
  });

  it("are counted once, however often a request is settled", () => {
    const one = pass(100);
    const request = {};
    one.setAside(request, 10, 10);
    one.settle(request, 15);
    one.settle(request, 15);
    one.settle({}, 50);
    expect(one.entry().tokens).to.equal(15);
  });

  it("are not counted again by the request that the engine has settled", () => {
    const one = pass(100);
    const request = {};
    const leave = one.enter({ tokens: () => 15, end: () => {} });
    one.setAside(request, 10, 10);
    one.settle(request, 15);
    expect(one.entry().tokens).to.equal(15);
    leave();
    expect(one.entry().tokens).to.equal(15);
  });

  it("are all used by a request that ends by what it was granted, not by an error", () => {
    const one = pass(20);
    const ended: LabError[] = [];
    const request = {};
    one.enter({ tokens: () => 20, end: (reason) => ended.push(reason) });
    one.setAside(request, 10, 500);
    one.check();
    expect(ended).to.deep.equal([]);
    one.settle(request, 20);
    expect(one.state).to.equal("exhausted");
    expect(() => one.refuseSpent())
      .to.throw(LabError, "used up its 20 tokens")
      .with.property("limit", 20);
  });

  it("have no limit where none was set", () => {
    const one = pass(null);
    expect(one.setAside({}, 1e9, 1e9)).to.equal(1e9);
    expect(one.identity.tokenBudget).to.equal(undefined);
  });
});
