import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { inLanes } from "../../../src/server/async/lanes.js";
import { rejection } from "../../support/rejection.js";

describe("so many at once", () => {
  const items = [30, 1, 20, 2, 10, 3];

  it("gives the results in the order of the items, and runs no more than the lanes", async () => {
    let running = 0;
    let most = 0;
    const results = await inLanes(items, 2, async (ms, index) => {
      running += 1;
      most = Math.max(most, running);
      await pause(ms);
      running -= 1;
      return index;
    });
    expect([results, most]).to.deep.equal([[0, 1, 2, 3, 4, 5], 2]);
  });

  it("begins nothing more after the first error", async () => {
    const begun: number[] = [];
    const work = async (ms: number): Promise<void> => {
      begun.push(ms);
      if (ms === 1) throw new Error("enough");
      await pause(5);
    };
    expect(await rejection<Error>(inLanes(items, 2, work))).to.include({ message: "enough" });
    expect(begun).to.deep.equal([30, 1]);
  });

  it("begins nothing more once the signal fired", async () => {
    const abort = new AbortController();
    const begun: number[] = [];
    const work = async (ms: number): Promise<void> => {
      begun.push(ms);
      abort.abort();
    };
    expect((await rejection<Error>(inLanes(items, 1, work, abort.signal))).name).to.equal("AbortError");
    expect(begun).to.deep.equal([30]);
  });

  it("gives nothing for nothing", async () => {
    expect(await inLanes([], 4, async () => 1)).to.deep.equal([]);
  });
});
