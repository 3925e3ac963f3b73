import { expect } from "chai";
import { type Signs, watch } from "../../../../src/server/engine/local/watchdog.js";

const signs = (
  silentMs: number,
  stillMs: number | null,
  defiantMs: number | null,
  computedMs: number | null = null,
): Signs => ({
  silentMs,
  stillMs,
  computedMs,
  defiantMs,
});

describe("the watchdog's verdict on a process", () => {
  const rows: [what: string, given: Signs, state: string, reason: RegExp][] = [
    ["that answers", signs(0, null, null), "well", /^$/],
    ["that is a little late", signs(2999, 2500, null), "well", /^$/],
    ["that is late", signs(3000, null, null), "quiet", /not answered for 3 s/],
    ["that is late and computes", signs(20_000, 0, null), "quiet", /20 s/],
    ["that is late and still", signs(20_000, 17_000, null), "quiet", /20 s/],
    [
      "that was still for half a minute",
      signs(30_000, 27_000, null),
      "dead",
      /did nothing and answered nothing for 30 s/,
    ],
    ["that computes for half a minute", signs(30_000, 0, null), "quiet", /30 s/],
    ["that computes for two minutes and says nothing", signs(120_000, 0, null), "dead", /answered nothing for 120 s/],
    ["that cannot be seen, after half a minute", signs(30_000, null, null), "quiet", /30 s/],
    ["that is asked to end something just now", signs(0, null, 900), "well", /^$/],
    ["that is still and ends nothing", signs(4000, 3000, 1000), "dead", /to be ended/],
    ["that is still and was asked just now", signs(4000, 3000, 900), "quiet", /4 s/],
    ["that computes and has a moment left to end it", signs(4000, 0, 4000), "quiet", /4 s/],
    ["that loops and ends nothing", signs(6000, 0, 1000, 4000), "dead", /to be ended/],
    ["that loops and was asked just now", signs(6000, 0, 900, 5000), "quiet", /6 s/],
    ["that had little of the processor and has a moment left", signs(6000, 0, 1000, 3990), "quiet", /6 s/],
    ["that computes and ends nothing", signs(6000, 0, 5000), "dead", /to be ended/],
    ["that cannot be seen and ends nothing", signs(6000, null, 5000), "dead", /to be ended/],
    ["that answers all but ends nothing yet", signs(0, null, 59_000), "well", /^$/],
    ["that answers all but never ends it", signs(0, null, 60_000), "dead", /asked to end/],
  ];
  for (const [what, given, state, reason] of rows) {
    it(`${what} is "${state}"`, () => {
      const verdict = watch(given);
      expect(verdict.state).to.equal(state);
      expect(verdict.reason).to.match(reason);
    });
  }
});
