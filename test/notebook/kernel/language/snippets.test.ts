import { expect } from "chai";
import type { CellLanguage } from "../../../../src/notebook/kernel/entry/language/cell-language.js";
import { createCellLanguage } from "../../../../src/notebook/kernel/entry/language/create-cell-language.js";
import { LanguageCells } from "../../../support/language-cells.js";
import { temporaryFolder } from "../../../support/temp-folder.js";
import { snippets } from "./snippets.js";

describe("a cell does what TypeScript means", () => {
  let language: CellLanguage;
  let cells: LanguageCells;

  before(function () {
    this.timeout(60_000);
    language = createCellLanguage({ cwd: temporaryFolder() });
    cells = new LanguageCells(language);
  });
  after(() => language.close());

  it("in at least eighty snippets", () => {
    expect(snippets.length).to.be.at.least(80);
    expect(new Set(snippets.map(({ name }) => name)).size).to.equal(snippets.length);
  });

  for (const { name, cells: codes, value, fails } of snippets) {
    it(name, async () => {
      for (const code of codes.slice(0, -1)) expect(await cells.run(code), code).to.have.property("ended", "ok");
      const result = await cells.run(codes.at(-1) ?? "");
      if (fails === undefined) expect(result).to.deep.equal({ ended: "ok", value });
      else expect(result.ended === "ok" ? result : result.message).to.include(fails);
    });
  }
});
