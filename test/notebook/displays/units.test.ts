import { expect } from "chai";
import {
  bytesText,
  durationText,
  momentText,
  parametersText,
  percentText,
  shortMomentText,
  timeText,
} from "../../../src/notebook/displays/units.js";

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

  it("gives moments with their day, in a column without the year", () => {
    const moment = new Date(2026, 10, 8, 18, 2, 11).toISOString();
    expect(momentText(moment)).to.equal("8 Nov 2026, 18:02:11");
    expect(shortMomentText(moment)).to.equal("8 Nov, 18:02");
    expect([momentText("soon"), shortMomentText("soon")]).to.deep.equal(["soon", "soon"]);
    expect([momentText(null), shortMomentText(null)]).to.deep.equal(["–", "–"]);
  });

  it("gives parameters in the unit that fits", () => {
    expect([1_500_000, 134_515_008, 8_030_261_312, null].map(parametersText)).to.deep.equal([
      "1.5 M",
      "135 M",
      "8.0 B",
      "–",
    ]);
  });

  it("has a sign for what is not known", () => {
    expect([bytesText(null), bytesText(Number.NaN), durationText(undefined)]).to.deep.equal(["–", "–", "–"]);
    expect(timeText("whenever")).to.equal("whenever");
  });
});
