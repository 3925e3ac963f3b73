import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ensureNotebooks, planCopies } from "../../scripts/setup/notebook-copies.mjs";
import { temporaryFolder } from "../support/temp-folder.js";

const name = "01-quickstart.ipynb";

describe("set-up: the user's copies of the tutorials", () => {
  const plan = (copy: string | undefined, known: string | undefined, more: Record<string, string> = {}): string[] => {
    const { copies } = planCopies({
      templates: { [name]: "new" },
      copies: { ...(copy !== undefined && { [name]: copy }), ...more },
      record: known === undefined ? {} : { [name]: known },
    });
    return copies.map(({ to }) => to);
  };

  it("are made when missing, brought up to date when untouched, and never written over when changed", () => {
    const beside = "01-quickstart-new.ipynb";
    expect(plan(undefined, undefined), "the first time").to.deep.equal([name]);
    expect(plan(undefined, "new"), "deleted").to.deep.equal([name]);
    expect(plan("new", "new"), "current").to.deep.equal([]);
    expect(plan("old", "old"), "untouched, and there is a newer one").to.deep.equal([name]);
    expect(plan("mine", "new"), "changed, and there is none newer").to.deep.equal([]);
    expect(plan("mine", "old"), "changed, and there is a newer one").to.deep.equal([beside]);
    expect(plan("mine", undefined), "somebody's own of this name").to.deep.equal([beside]);
    expect(plan("new", undefined), "the same without a record").to.deep.equal([]);
    expect(plan("mine", "old", { [beside]: "mine, too" })).to.deep.equal(["01-quickstart-new-2.ipynb"]);
  });

  it("say that a newer one lies beside, once", () => {
    const now = { templates: { [name]: "new" }, copies: { [name]: "mine" }, record: { [name]: "old" } };
    const { news, record } = planCopies(now);
    expect(news).to.deep.equal([`01-quickstart-new.ipynb is this release's ${name}; yours stays as it is`]);
    expect(planCopies({ ...now, record })).to.deep.equal({ copies: [], news: [], record });
  });

  it("lie in a folder with whatever else the user keeps there", () => {
    const [from, to] = [temporaryFolder(), join(temporaryFolder(), "mine")];
    const write = (folder: string, text: string): void => writeFileSync(join(folder, name), text);
    write(from, "one");
    expect(ensureNotebooks({ from, to })).to.deep.equal({ made: 1, news: [] });
    writeFileSync(join(to, "own.ipynb"), "own");
    write(from, "two");
    expect(ensureNotebooks({ from, to }).made).to.equal(1);
    expect(readFileSync(join(to, name), "utf8")).to.equal("two");
    write(to, "two, and run");
    write(from, "three");
    expect(ensureNotebooks({ from, to }).news).to.have.lengthOf(1);
    expect(ensureNotebooks({ from, to })).to.deep.equal({ made: 0, news: [] });
    expect(readdirSync(to).sort()).to.deep.equal([".copied-from.json", "01-quickstart-new.ipynb", name, "own.ipynb"]);
    expect(readFileSync(join(to, name), "utf8")).to.equal("two, and run");
  });
});
