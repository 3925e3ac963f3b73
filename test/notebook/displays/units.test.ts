import { expect } from "chai";
import { bytesText, durationText, percentText, timeText } from "../../../src/notebook/displays/units.js";

describe("numbers as people read them", () => {
  it("gives bytes in binary units", () => {
    expect([0, 1023, 1024, 1536, 10 * 2 ** 20, 2 ** 40, 5 * 2 ** 50].map(bytesText)).to.deep.equal([
      "0 B",
      "1023 B",
      "1.0 KiB",
      "1.5 KiB",
      "10 MiB",
      "1.0 TiB",
      "5120 TiB",
    ]);
  });

  it("gives times in the unit that fits", () => {
    expect([0, 999, 1000, 61_000, 3_600_000 + 120_000].map(durationText)).to.deep.equal([
      "0 ms",
      "999 ms",
      "1.0 s",
      "1 min 1 s",
      "1 h 2 min",
    ]);
  });

  it("keeps shares between 0 and 100 %", () => {
    expect([-1, 0, 0.404, 1, 7].map(percentText)).to.deep.equal(["0 %", "0 %", "40 %", "100 %", "100 %"]);
  });

  it("has a sign for what is not known", () => {
    expect([bytesText(null), bytesText(Number.NaN), durationText(undefined)]).to.deep.equal(["–", "–", "–"]);
    expect(timeText("whenever")).to.equal("whenever");
  });
});
