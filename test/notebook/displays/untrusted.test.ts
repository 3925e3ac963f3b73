/** What is left of a display in a notebook that JupyterLab does not trust: a colleague's, reopened. */
import { expect } from "chai";
import { displaySamples } from "../../notebooks/display-samples.js";

/** Properties that JupyterLab 4's sanitizer keeps, of those that are used here. Source: @jupyterlab/apputils 4.6, `allowedStyles`. */
const kept = new Set(
  (
    "align-items background border border-bottom border-collapse border-left border-radius box-sizing color cursor display flex flex-direction flex-wrap " +
    "font-family font-size font-weight gap height line-height margin margin-top max-height max-width min-width opacity overflow overflow-wrap " +
    "overflow-x overflow-y padding padding-left text-align vertical-align white-space width"
  ).split(" "),
);
/** What it takes away: one click then selects a word, and digits stand in their own widths. */
const comfort = ["-webkit-user-select", "font-variant-numeric", "user-select"];

describe("a display in a notebook that is not trusted", () => {
  const sources = Object.values(displaySamples).map((view) => view.html().source);
  const declarations = sources
    .flatMap((source) => [...source.matchAll(/ style="([^"]*)"/g)].map(([, style = ""]) => style))
    .flatMap((style) => style.split(";").map((one) => one.split(":") as [string, string]));

  it("keeps every property but those that are comfort alone", () => {
    const lost = new Set(declarations.map(([name]) => name).filter((name) => !kept.has(name)));
    expect([...lost].sort()).to.deep.equal(comfort);
  });

  it("breaks long words there too", () => {
    for (const source of sources) {
      const known = source.match(/overflow-wrap:break-word;overflow-wrap:anywhere/g)?.length ?? 0;
      expect(source.match(/overflow-wrap:anywhere/g)?.length ?? 0).to.equal(known);
    }
  });

  it("says in words what is drawn: the sanitizer drops drawings and what is written for screen readers", () => {
    for (const view of Object.values(displaySamples)) {
      const { source } = view.html();
      const words = source.replace(/<svg.*?<\/svg>/gs, "").replace(/<[^>]*>/g, "");
      expect(words.trim()).to.not.equal("");
      if (source.includes("width:40%")) expect(words).to.include("40 %");
      if (source.includes("QR code of")) expect(words).to.include("https://");
    }
  });
});
