import { expect } from "chai";
import { isAtWork } from "../../../src/server/lifetime/release-all.js";
import type { ModelStatus } from "../../../src/server/models/models.js";

const idle = { state: "ready", model: "m", loading: null, slots: { busy: 0, total: 4 }, waiting: 0 };

describe("a server", () => {
  for (const [what, status, expected] of [
    ["idles with a model in memory", {}, false],
    ["is at work while a request runs", { slots: { busy: 1, total: 4 } }, true],
    ["is at work while a request waits", { waiting: 1 }, true],
    ["is at work while a model loads", { loading: "m" }, true],
  ] as const) {
    it(what, () => {
      const models = { status: () => ({ ...idle, ...status }) as unknown as ModelStatus };
      expect(isAtWork(models)).to.equal(expected);
    });
  }
});
