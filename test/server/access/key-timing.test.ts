import { expect } from "chai";
import { Access } from "../../../src/server/access/access.js";

const apiKey = "a".repeat(20) + "key-of-some-forty-characters".padEnd(28, "x");
const access = new Access({ ownerKey: "lab_owner_0123456789abcdef", apiKey, host: "127.0.0.1", allowedHosts: [] });

/** Tries of each key. */
const tries = 10_000;

function microsecondsToRefuse(key: string): number {
  const began = process.hrtime.bigint();
  try {
    access.identify({ "x-api-key": key });
  } catch {
    // refused, as it must be
    return Number(process.hrtime.bigint() - began) / 1000;
  }
  throw new Error("A wrong key was taken.");
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number;

describe("how long a wrong key takes", () => {
  it("is the same to within half, whatever it has in common with the right one", function () {
    this.timeout(60_000);
    const wrong = {
      "right but for the last character": `${apiKey.slice(0, -1)}!`,
      "wrong from the first character": `!${apiKey.slice(1)}`,
      "shorter by a character": apiKey.slice(0, -1),
      "longer by a character": `${apiKey}x`,
    };
    const times = new Map(Object.keys(wrong).map((name) => [name, [] as number[]]));
    // in turn, so that what else the machine does touches all alike
    for (let round = 0; round < tries; round++) {
      for (const [name, key] of Object.entries(wrong)) times.get(name)?.push(microsecondsToRefuse(key));
    }
    const medians = [...times.values()].map(median);
    // catches work that depends on the key, such as a second look-up; single instructions are timingSafeEqual's business
    expect(Math.max(...medians) / Math.min(...medians)).to.be.below(1.5);
  });
});
