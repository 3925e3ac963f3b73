import { expect } from "chai";
import { isAtWork } from "../../../src/server/lifetime/release-all.js";
import type { ModelStatus } from "../../../src/server/models/models.js";

const idle = { id: "m", state: "loaded", slots: { busy: 0, total: 4 }, waiting: 0 };

describe("a server", () => {
  for (const [what, models, expected] of [
    ["idles with models in memory", [idle, idle], false],
    ["idles without one", [], false],
    ["is at work while a request runs in any model", [idle, { ...idle, slots: { busy: 1, total: 4 } }], true],
    ["is at work while a request waits", [{ ...idle, waiting: 1 }], true],
    ["is at work while a model loads", [idle, { ...idle, state: "loading" }], true],
  ] as const) {
    it(what, () => {
      const status = (): ModelStatus => ({ models }) as unknown as ModelStatus;
      expect(isAtWork({ status })).to.equal(expected);
    });
  }
});
