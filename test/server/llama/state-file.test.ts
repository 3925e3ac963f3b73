import { appendFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { sealState, stateProblem } from "../../../src/server/llama/state-file.js";
import { temporaryFolder } from "../../support/temp-folder.js";

const origin = { fingerprint: "model a", key: "home" };
const body = Buffer.from(Array.from({ length: 3_000_000 }, (_, n) => (n * 7 + (n >> 8)) % 256));

async function sealed(): Promise<string> {
  const path = join(temporaryFolder(), "one.state");
  writeFileSync(path, body);
  await sealState(path, 130, origin);
  return path;
}

/** The file with one byte changed at this place, counted from the end where it is negative. */
function flip(path: string, at: number): void {
  const bytes = readFileSync(path);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] as number) ^ 1;
  writeFileSync(path, bytes);
}

describe("a state file", () => {
  it("begins with what was written, byte for byte, and says how long it is", async () => {
    const path = join(temporaryFolder(), "one.state");
    writeFileSync(path, body);
    const sizeBytes = await sealState(path, 130, origin);
    const bytes = readFileSync(path);
    expect(bytes.length).to.equal(sizeBytes);
    expect(bytes.subarray(0, body.length).equals(body)).to.equal(true);
  });

  it("may be loaded by what has made it", async () => {
    expect(await stateProblem(await sealed(), 130, origin)).to.equal(null);
  });

  const damages: readonly [string, (path: string) => void, RegExp][] = [
    ["one byte less", (path) => truncateSync(path, readFileSync(path).length - 1), /cut off/],
    ["one byte more", (path) => appendFileSync(path, "x"), /cut off/],
    ["nothing in it", (path) => truncateSync(path, 0), /cut off/],
    ["ten bytes", (path) => truncateSync(path, 10), /cut off/],
    ["half of it", (path) => truncateSync(path, 1_500_000), /cut off/],
    ["the body alone", (path) => truncateSync(path, body.length), /cut off/],
    ["a byte cut out of the body", (path) => writeFileSync(path, readFileSync(path).subarray(1)), /cut off/],
    ["a bit changed at its beginning", (path) => flip(path, 8), /changed/],
    ["a bit changed at the end of the body", (path) => flip(path, body.length - 1), /changed/],
    ["a bit changed in the header", (path) => flip(path, body.length), /header/],
    ["a bit changed in the mark", (path) => flip(path, -1), /cut off/],
    ["a bit changed in the header's length", (path) => flip(path, -10), /cut off|header/],
  ];
  for (const [what, damage, reason] of damages) {
    it(`is not loaded with ${what}`, async () => {
      const path = await sealed();
      damage(path);
      expect(await stateProblem(path, 130, origin)).to.match(reason);
    });
  }

  it("is not loaded by another model, for another key or with other tokens", async () => {
    const path = await sealed();
    expect(await stateProblem(path, 130, { ...origin, fingerprint: "model b" })).to.match(/another model/);
    expect(await stateProblem(path, 130, { ...origin, key: "guest" })).to.match(/another key/);
    expect(await stateProblem(path, 129, origin)).to.match(/130 tokens instead of 129/);
  });
});
