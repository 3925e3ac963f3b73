import { expect } from "chai";
import type { Retry } from "../../../src/server/publish/ngrok-errors.js";
import { afterEnd, newHistory, type TunnelHistory, wentOnline } from "../../../src/server/publish/reconnect.js";

const policy = { startWithinMs: 30_000, refusedForMs: 60_000 };

/** Pauses of a tunnel that fails at once, again and again, for `forMs`. */
function pauses(start: TunnelHistory, nowMs: number, forMs: number, retry: Retry = "always"): number[] {
  const found: number[] = [];
  let history = start;
  let time = nowMs;
  while (time < nowMs + forMs) {
    const next = afterEnd(history, retry, policy, time, 1);
    if (next.afterMs === undefined) break;
    history = next.history;
    found.push(next.afterMs);
    time += next.afterMs;
  }
  return found;
}

const online = wentOnline(newHistory(0), 1000);

describe("whether a tunnel that ended is opened again", () => {
  for (const [retry, wasOnline, afterMs] of [
    ["never", false, undefined],
    ["never", true, undefined],
    ["always", false, 250],
    ["always", true, 250],
    ["healing", false, undefined],
    ["healing", true, 250],
    ["minute", false, 4000],
    ["minute", true, 4000],
  ] as const) {
    it(`is ${afterMs ?? "no"} after "${retry}" for one that was ${wasOnline ? "online" : "never online"}`, () => {
      const next = afterEnd(wasOnline ? online : newHistory(0), retry, policy, 20_000, 1);
      expect(next.afterMs).to.equal(afterMs);
      expect(next.because).to.match(/^[a-z].*[^.]$/);
    });
  }

  it("ends for one that was never online when its time to start is over", () => {
    expect(afterEnd(newHistory(0), "always", policy, 29_999, 1).afterMs).to.equal(250);
    expect(afterEnd(newHistory(0), "always", policy, 30_000, 1).afterMs).to.equal(undefined);
    expect(afterEnd(online, "always", policy, 1e9, 1).afterMs).to.equal(250);
  });

  it("stays within a second for half a minute, then spreads to ten seconds and no further", () => {
    const found = pauses(online, 20_000, 600_000);
    const short = found.filter((_, index) => found.slice(0, index).reduce((sum, ms) => sum + ms, 0) < 30_000);
    expect(Math.max(...short)).to.equal(800);
    expect(Math.max(...found)).to.equal(10_000);
  });

  it("starts anew after a connection that held for ten seconds", () => {
    let { history } = afterEnd(online, "always", policy, 20_000, 1);
    for (let failures = 0; failures < 20; failures += 1)
      history = afterEnd(history, "always", policy, 90_000, 1).history;
    expect(afterEnd(wentOnline(history, 100_000), "always", policy, 110_000, 1).afterMs).to.equal(250);
    expect(afterEnd(wentOnline(history, 100_000), "always", policy, 109_999, 1).afterMs).to.equal(10_000);
  });

  it("bears refusals for a minute, from the first one on", () => {
    expect(pauses(online, 0, 600_000, "minute")).to.have.length(15);
    const { history } = afterEnd(online, "minute", policy, 0, 1);
    expect(afterEnd(wentOnline(history, 50_000), "minute", policy, 61_000, 1).afterMs).to.equal(4000);
    const between = afterEnd(history, "always", policy, 50_000, 1).history;
    expect(afterEnd(between, "minute", policy, 61_000, 1).afterMs).to.equal(4000);
  });
});
