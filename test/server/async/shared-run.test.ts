import { expect } from "chai";
import { SharedRun } from "../../../src/server/async/shared-run.js";
import { rejection } from "../../support/rejection.js";

describe("one run for all who ask meanwhile", () => {
  let begun: number;
  let ends: ((error?: Error) => void)[];
  let shared: SharedRun<number>;
  beforeEach(() => {
    begun = 0;
    ends = [];
    shared = new SharedRun(() => {
      begun += 1;
      const run = begun;
      return new Promise((resolve, reject) => {
        ends.push((error) => (error === undefined ? resolve(run) : reject(error)));
      });
    });
  });

  it("begins at once when none is under way", async () => {
    const first = shared.run();
    ends[0]?.();
    expect(await first).to.equal(1);
    const second = shared.run();
    ends[1]?.();
    expect(await second).to.equal(2);
  });

  it("gives a thousand who ask meanwhile the one run that begins afterwards", async () => {
    const first = shared.run();
    const others = Array.from({ length: 1000 }, () => shared.run());
    expect(begun).to.equal(1);
    ends[0]?.();
    expect(await first).to.equal(1);
    expect(begun).to.equal(2);
    ends[1]?.();
    expect(new Set(await Promise.all(others))).to.deep.equal(new Set([2]));
    expect(begun).to.equal(2);
  });

  it("goes on after a run that failed, which only those who got that run hear of", async () => {
    const first = shared.run();
    const second = shared.run();
    ends[0]?.(new Error("no disk"));
    expect(await rejection<Error>(first)).to.include({ message: "no disk" });
    ends[1]?.();
    expect(await second).to.equal(2);
  });
});
