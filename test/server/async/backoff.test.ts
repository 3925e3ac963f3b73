import { expect } from "chai";
import { Backoff } from "../../../src/server/async/backoff.js";

describe("the wait between attempts", () => {
  let time = 0;
  const seconds = (count: number): number => count * 1000;
  const delays = (backoff: Backoff, untilMs: number): number[] => {
    const found: number[] = [];
    while (time < untilMs) {
      const delay = backoff.nextDelayMs();
      found.push(delay);
      time += delay;
    }
    return found;
  };

  beforeEach(() => {
    time = 0;
  });

  it("begins with a quarter of a second at most and stays under one for half a minute", () => {
    const found = delays(
      new Backoff(
        () => time,
        () => 1,
      ),
      seconds(29),
    );
    expect(found[0]).to.equal(250);
    expect(Math.max(...found)).to.be.lessThan(1000);
  });

  it("spreads to ten seconds in a long outage, and no further", () => {
    const backoff = new Backoff(
      () => time,
      () => 1,
    );
    delays(backoff, seconds(30));
    const later = delays(backoff, seconds(600));
    expect(Math.max(...later)).to.equal(seconds(10));
  });

  it("takes up to half of the wait away, by chance", () => {
    const shortest = new Backoff(
      () => time,
      () => 0,
    );
    expect(shortest.nextDelayMs()).to.equal(125);
  });

  it("starts anew after a connection that held for ten seconds", () => {
    const backoff = new Backoff(
      () => time,
      () => 1,
    );
    delays(backoff, seconds(60));
    backoff.connected();
    time += seconds(10);
    expect(backoff.nextDelayMs()).to.equal(250);
  });

  it("does not start anew after connections that break at once", () => {
    const backoff = new Backoff(
      () => time,
      () => 1,
    );
    while (time < seconds(120)) {
      time += backoff.nextDelayMs() + seconds(1);
      backoff.connected();
    }
    expect(backoff.nextDelayMs()).to.equal(seconds(10));
  });
});
