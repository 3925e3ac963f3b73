import { join } from "node:path";
import { expect } from "chai";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { domOf, pictureOf } from "./chromium.js";
import type { Picture } from "./decode-png.js";
import { executedNotebooks } from "./executed-notebooks.js";

/** Width and height in pixels that hold the whole quickstart. */
const page = { width: 1000, height: 2000 };

describe("the notebooks in Chromium", function () {
  this.timeout(400_000);
  let folder: string;

  before(async function () {
    if (skippedParts().has("jupyter") || skippedParts().has("browser")) return this.skip();
    ({ folder } = await executedNotebooks());
  });

  for (const theme of ["light", "dark"] as const) {
    it(`the quickstart is readable in ${theme}: text stands out from the background, down to its end`, async () => {
      const picture = await pictureOf(join(folder, `01-quickstart.${theme}.html`), page.width, page.height);
      expect([picture.width, picture.height]).to.deep.equal([page.width, page.height]);
      const background = commonest(picture);
      if (theme === "light") expect(background).to.be.greaterThan(240);
      else expect(background).to.be.lessThan(40);
      // text covers a few percent of a page; a blank or broken one has none, or much more
      for (const part of [0, 1, 2])
        expect(inkShare(picture, background, part / 4, (part + 1) / 4)).to.be.within(0.01, 0.3);
    });
  }

  it("the card, the answers and the receipt are there, and no script of ours", async () => {
    const dom = await domOf(join(folder, "01-quickstart.light.html"));
    for (const text of ["<b>quickstart</b>", "<b>stopped</b>", "tokens/s", "4 prompts", "Server ended after"]) {
      expect(dom).to.include(text);
    }
    const outputs = [...dom.matchAll(/<div class="[^"]*jp-OutputArea-output[^"]*".*?<\/div>\n<\/div>/gs)].map(
      ([all]) => all,
    );
    expect(outputs.length).to.be.greaterThan(5);
    expect(outputs.join("")).to.not.include("<script");
  });
});

/** The brightness most pixels have. */
function commonest({ brightness }: Picture): number {
  const counts = new Array<number>(256).fill(0);
  for (const value of brightness) counts[value] = (counts[value] ?? 0) + 1;
  return counts.indexOf(Math.max(...counts));
}

/** Share of the pixels between two heights that differ clearly from the background. */
function inkShare({ width, height, brightness }: Picture, background: number, from: number, to: number): number {
  const part = brightness.subarray(Math.floor(from * height) * width, Math.floor(to * height) * width);
  return part.filter((value) => Math.abs(value - background) > 100).length / part.length;
}
