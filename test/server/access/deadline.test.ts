import { expect } from "chai";
import { deadline } from "../../../src/server/access/deadline.js";

describe("a deadline", () => {
  const real = Date.now;
  afterEach(() => {
    Date.now = real;
  });
  const setClock = (byMs: number): void => {
    Date.now = () => real() + byMs;
  };
  const until = async (isPast: () => boolean): Promise<number> => {
    const began = performance.now();
    while (!isPast() && performance.now() - began < 2000) await new Promise((resolve) => setTimeout(resolve, 5));
    return performance.now() - began;
  };

  it("never comes where there is none", () => {
    setClock(1e12);
    expect(deadline(null)()).to.equal(false);
  });

  it("comes in its time although the clock is set back by an hour", async () => {
    const isPast = deadline(Date.now() + 50);
    setClock(-3_600_000);
    expect(isPast()).to.equal(false);
    expect(await until(isPast)).to.be.within(40, 1000);
  });

  it("is past at once when the machine slept through it", () => {
    const isPast = deadline(Date.now() + 3_600_000);
    expect(isPast()).to.equal(false);
    setClock(7_200_000);
    expect(isPast()).to.equal(true);
  });

  it("stays past when the clock is set back afterwards", () => {
    const isPast = deadline(Date.now() - 1);
    expect(isPast()).to.equal(true);
    setClock(-3_600_000);
    expect(isPast()).to.equal(true);
  });
});
