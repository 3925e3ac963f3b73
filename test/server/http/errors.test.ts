import { expect } from "chai";
import { type ErrorCode, errorCodes, LabError } from "../../../src/server/errors.js";
import { errorReply, statusOfCode } from "../../../src/server/http/errors.js";

const codes = Object.keys(errorCodes) as ErrorCode[];

describe("the table of errors", () => {
  it("has a status for every code, and no other", () => {
    expect(Object.keys(statusOfCode).sort()).to.deep.equal([...codes].sort());
  });

  for (const code of codes) {
    it(`answers ${code} with its status, a sentence and the code`, () => {
      const { status, body, retryAfterSeconds } = errorReply(new LabError(code, "What is wrong.", { param: "prompt" }));
      expect(status).to.equal(statusOfCode[code]);
      expect(body.detail).to.equal("What is wrong.");
      expect(body.error).to.include({ message: "What is wrong.", param: "prompt", code });
      expect(body.error.type).to.match(/_error$/);
      if (status === 429) expect(retryAfterSeconds).to.be.at.least(1);
      else expect(retryAfterSeconds).to.equal(undefined);
    });
  }
});

describe("errorReply", () => {
  it("tells whole seconds to wait, at least one", () => {
    const after = (retryAfterSeconds: number): number | undefined =>
      errorReply(new LabError("queue_full", "Full.", { retryAfterSeconds })).retryAfterSeconds;
    expect([0, 0.2, 1.2, 30, -4, Number.NaN, Number.POSITIVE_INFINITY].map(after)).to.deep.equal([
      1, 1, 2, 30, 1, 1, 1,
    ]);
  });

  for (const error of [new Error("secret of the inside"), "secret of the inside", undefined, null, { status: 500 }]) {
    it(`reveals nothing of ${String(error)}`, () => {
      const reply = errorReply(error);
      expect([reply.status, reply.body.error.code, reply.unexpected]).to.deep.equal([500, "internal_error", true]);
      expect(JSON.stringify(reply.body)).to.not.contain("secret");
    });
  }

  it("takes refusals of Koa and the body reader for what they are", () => {
    const foreign = (status: number, expose = true): unknown =>
      Object.assign(new Error("said there"), { status, expose });
    const seen = [400, 404, 405, 413, 415].map((status) => errorReply(foreign(status)).body.error.code);
    expect(seen).to.deep.equal([
      "invalid_request",
      "not_found",
      "method_not_allowed",
      "body_too_large",
      "unsupported_media_type",
    ]);
    expect(errorReply(foreign(404, false)).status).to.equal(500);
  });
});
