import { expect } from "chai";
import { planRestart, type RestartStep, type Trouble } from "../../../../src/server/engine/local/restart-plan.js";

const times = (count: number, trouble: Trouble): Trouble[] => Array(count).fill(trouble);

describe("whether an engine comes back", () => {
  const rows: [what: string, troubles: Trouble[], deathsInAMinute: number, step: RestartStep | RegExp][] = [
    ["after its first death, at once", ["died"], 1, { again: true, afterMs: 50 }],
    ["after its second, a little later", times(2, "died"), 2, { again: true, afterMs: 500 }],
    ["after its third, later", times(3, "died"), 3, { again: true, afterMs: 2000 }],
    ["not after its fourth", times(4, "died"), 4, /4 times in a row/],
    [
      "not after restarts that stalled, however long they took",
      ["died", ...times(3, "not-loaded")],
      0,
      /4 times in a row/,
    ],
    ["again after a death when it had answered since", ["died"], 9, { again: true, afterMs: 50 }],
    ["not after eleven deaths within a minute, whatever it answered", ["died"], 11, /11 times within a minute/],
    ["after no process could be had, with patience", ["died", "not-started"], 1, { again: true, afterMs: 500 }],
    ["after that happened often", times(20, "not-started"), 0, { again: true, afterMs: 10_000 }],
    ["not after that happened for minutes", times(31, "not-started"), 0, /no process could be started/],
    [
      "without counting those against it",
      [...times(20, "not-started"), ...times(3, "died")],
      3,
      { again: true, afterMs: 2000 },
    ],
  ];
  for (const [what, sinceItAnswered, deathsInAMinute, expected] of rows) {
    it(what, () => {
      const step = planRestart({ sinceItAnswered, deathsInAMinute });
      if (expected instanceof RegExp) expect(step.again ? "" : step.reason).to.match(expected);
      else expect(step).to.deep.equal(expected);
    });
  }
});
