import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { skippedParts } from "../../scripts/setup/skip.mjs";
import { exportDisplays, lookAt } from "./display-page.js";
import { displaySamples } from "./display-samples.js";

describe("every display on a page of Jupyter's, in Chromium", function () {
  this.timeout(400_000);
  let folder: string;

  before(async function () {
    if (skippedParts().has("jupyter") || skippedParts().has("browser")) return this.skip();
    folder = await exportDisplays(displaySamples);
  });

  // 640 is 1280 zoomed in to 200 %
  for (const width of [1280, 800, 640, 480]) {
    for (const theme of ["light", "dark"] as const) {
      it(`nothing is cut and axe-core finds nothing: ${width} px, ${theme}`, async () => {
        expect(await lookAt(folder, theme, width)).to.deep.equal({ width, violations: [], cut: [] });
      });
    }
  }

  it("what axe-core minds and what sticks out of the page would be found", async () => {
    const bad = `<img src="x"><div style="width:3000px">wide</div>`;
    const output = /(<div class="[^"]*jp-OutputArea-output[^"]*"[^>]*>)/;
    const { violations, cut } = await lookAt(folder, "light", 800, (page) => page.replace(output, `$1${bad}`));
    expect(violations.join("\n")).to.include("image-alt: ");
    expect(cut.join("\n")).to.include("width:3000px");
  });

  it("exported as Markdown, every display is one block of HTML that no blank line breaks", () => {
    const page = readFileSync(join(folder, "page.md"), "utf8");
    const outputs = page.split("\n\n").filter((block) => /^\s*<div/.test(block));
    expect(outputs.length).to.be.at.least(Object.keys(displaySamples).length - 1);
    for (const output of outputs) {
      const opened = output.match(/<(div|details|table|pre)\b/g)?.length;
      const closed = output.match(/<\/(div|details|table|pre)>/g)?.length;
      expect(opened, output.slice(0, 200)).to.equal(closed);
    }
  });
});
