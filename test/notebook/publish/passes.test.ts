import { expect } from "chai";
import type { Connection } from "../../../src/notebook/client/connection.js";
import { LabRequestError } from "../../../src/notebook/client/request-error.js";
import { ConnectedPasses, type PassOptions } from "../../../src/notebook/publish/passes.js";

describe("lab.passes.create", () => {
  const sent: unknown[] = [];
  const connection = {
    json: async (_method: string, _path: string, { body }: { body: unknown }) => {
      sent.push(body);
      return { key: "lab_pass_x", id: "pass_x", name: "Ann", scopes: ["infer"], expires_at: null };
    },
  } as unknown as Connection;
  const passes = new ConnectedPasses(connection);
  afterEach(() => sent.splice(0));

  for (const name of ["expiresIn", "maxRequests", "maxTokens"] as const) {
    for (const value of [Number.NaN, Number("12 000"), Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, null]) {
      it(`refuses ${name} ${value} before it asks the lab, since JSON would make "no limit" of it`, async () => {
        const options = { name: "Ann", [name]: value } as PassOptions;
        const error = await passes.create(options).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        expect(error).to.be.instanceOf(LabRequestError).and.include({ code: "invalid_request", param: name });
        expect(String(error)).to.contain(`${name} is ${value}. It must be `);
        expect(sent).to.deep.equal([]);
      });
    }
  }

  it("sends what was named and nothing else", async () => {
    await passes.create({ name: "Ann", expiresIn: "8h", maxRequests: 3, maxTokens: 40, models: ["a"] });
    await passes.create({ name: "Ann" });
    expect(sent).to.deep.equal([
      { name: "Ann", expires_in: "8h", max_requests: 3, max_tokens: 40, models: ["a"] },
      { name: "Ann" },
    ]);
  });
});
