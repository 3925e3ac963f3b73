import { expect } from "chai";
import { isIdle } from "../../scripts/storm/storm-aftermath.js";

describe("a server after a storm", () => {
  const counts = (busy: number, waiting: number) => ({ slots: { busy, total: 2 }, waiting });
  const health = (...models: ReturnType<typeof counts>[]) =>
    ({ ...counts(0, 0), models }) as Parameters<typeof isIdle>[0];

  it("is idle when nothing runs or waits in any of its models", () => {
    expect(isIdle(health())).to.equal(true);
    expect(isIdle(health(counts(0, 0), counts(0, 0)))).to.equal(true);
    expect(isIdle({ ...health(), ...counts(1, 0) })).to.equal(false);
    expect(isIdle(health(counts(0, 0), counts(1, 0)))).to.equal(false);
    expect(isIdle(health(counts(0, 1), counts(0, 0)))).to.equal(false);
  });
});
