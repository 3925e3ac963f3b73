import { expect } from "chai";
import { type LifetimeStep, lifetimeStep, type Presence } from "../../../src/server/lifetime/lifetime-plan.js";

const day = 86_400_000;
const gone = { isPresent: false, absentMs: 0, lingerMs: 2000, isBusy: false };

const table: readonly [what: string, presence: Partial<Presence>, step: LifetimeStep["kind"], lookAgainMs?: number][] =
  [
    ["stays while its owner is there, however long that is", { isPresent: true, absentMs: day }, "stay"],
    ["stays for the rest of linger", { absentMs: 500 }, "stay", 1500],
    ["stays for the rest of linger although a visitor is busy", { absentMs: 500, isBusy: true }, "stay", 1500],
    ["lets what runs finish once linger is over", { absentMs: 2000, isBusy: true }, "leave"],
    ["goes on letting it finish for some seconds", { absentMs: 6900, isBusy: true }, "leave"],
    ["ends although an answer of hours runs", { absentMs: 7000, isBusy: true }, "end"],
    ["ends once linger is over and nothing runs", { absentMs: 2000 }, "end"],
    ["ends at once when nobody is there and it lingers no time", { lingerMs: 0 }, "end"],
    ["never ends when linger is off", { lingerMs: "off", absentMs: 400 * day }, "stay"],
    ["waits no longer at once than a timer can", { lingerMs: 30 * day }, "stay", 2 ** 31 - 1],
  ];

describe("a lab whose owner may be gone", () => {
  for (const [what, presence, kind, lookAgainMs] of table) {
    it(what, () => {
      const step = lifetimeStep({ ...gone, ...presence });
      expect(step.kind).to.equal(kind);
      expect(step.reason).to.match(/\w+ \w+/);
      if (lookAgainMs !== undefined) expect(step).to.include({ lookAgainMs });
    });
  }
});
