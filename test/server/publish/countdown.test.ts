import { expect } from "chai";
import { Countdown } from "../../../src/server/publish/countdown.js";

describe("the time a publication has", () => {
  const real = Date.now;
  afterEach(() => {
    Date.now = real;
  });
  it("ends when it is over", async () => {
    const beganAt = performance.now();
    await new Promise<void>((resolve) => new Countdown(60, resolve).begin());
    expect(performance.now() - beganAt).to.be.within(59, 2000);
  });

  it("begins when it is told to, not before", () => {
    const countdown = new Countdown(1000, () => {});
    countdown.begin();
    expect(countdown.endsAt.getTime() - Date.now()).to.be.within(900, 1000);
    countdown.stop();
  });

  for (const [what, lengthMs, byMs] of [
    ["set back by an hour, in its own time", 100, -3_600_000],
    ["put forward beyond it, as on a machine that slept, soon", 3_600_000, 7_200_000],
  ] as const) {
    it(`ends although the clock is ${what}`, async () => {
      const beganAt = performance.now();
      const over = new Promise<void>((resolve) => new Countdown(lengthMs, resolve, 20).begin());
      Date.now = () => real() + byMs;
      // the countdown's own timer keeps no process up
      const alive = setInterval(() => {}, 1000);
      await over;
      clearInterval(alive);
      expect(performance.now() - beganAt).to.be.below(2000);
    });
  }

  it("may be longer than a timer can wait, and does not end at once then", async () => {
    let isOver = false;
    const countdown = new Countdown(30 * 86_400_000, () => {
      isOver = true;
    });
    countdown.begin();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isOver).to.equal(false);
    countdown.stop();
  });
});
