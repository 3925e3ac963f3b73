import { expect } from "chai";
import type { CellLanguage } from "../../../../src/notebook/kernel/entry/language/cell-language.js";
import { createCellLanguage } from "../../../../src/notebook/kernel/entry/language/create-cell-language.js";
import { LanguageCells } from "../../../support/language-cells.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

const earlier = `
/** Options of a run. */
interface RunOptions {
  /** How warm, 0 to 2. Default: 0.8. */
  temperature?: number;
  /** Which model. */
  model?: string;
  mode?: "fast" | "exact";
}
/** Runs a prompt.
 * @param prompt What to say.
 */
function run(prompt: string, options: RunOptions = {}): number { return prompt.length }
const lab = { models: { async load(model: string) {}, list: 1 }, run };
`;

describe("help while a cell is typed", () => {
  let language: CellLanguage;

  before(async function () {
    this.timeout(60_000);
    language = createCellLanguage({ cwd: temporaryFolder() });
    expect((await new LanguageCells(language).run(earlier)).ended).to.equal("ok");
  });
  after(() => language.close());

  /** Completes or inspects at the "|". */
  const matches = (code: string) => language.complete(code.replace("|", ""), code.indexOf("|")).matches;
  const inspected = (code: string) => language.inspect(code.replace("|", ""), code.indexOf("|"))?.text ?? "";

  it("completes names of earlier cells, members, globals, and what was imported", () => {
    expect(matches("la|")[0]).to.equal("lab");
    expect(matches("lab.|")).to.deep.equal(["models", "run"]);
    expect(matches("lab.models.l|")).to.deep.equal(["list", "load"]);
    expect(matches("conso|")).to.include("console");
    expect(matches('import { | } from "node:path"')).to.include("basename");
    expect(matches('import { startLab } from "locallab"; startLab({ po|')).to.include("port");
  });

  it("says which text a match replaces", () => {
    expect(language.complete("x = lab.mod", 11)).to.deep.equal({ start: 8, end: 11, matches: ["models"] });
    expect(language.complete("lab.mod()", 5)).to.deep.equal({ start: 4, end: 7, matches: ["models"] });
  });

  it("completes the options of a call, and no options twice", () => {
    expect(matches('run("x", { | })')).to.deep.equal(["mode", "model", "temperature"]);
    expect(matches('run("x", { model: "m", | })')).to.deep.equal(["mode", "temperature"]);
    expect(matches('run("x", {|')).to.deep.equal(["mode", "model", "temperature"]);
  });

  it("completes texts of a type, and those that a library knows", () => {
    expect(matches('run("x", { mode: "|" })')).to.deep.equal(["exact", "fast"]);
    const places: unknown[] = [];
    const holder = globalThis as { [key: symbol]: unknown };
    holder[Symbol.for("locallab.completions")] = (place: { property?: string; parameter?: string }) => {
      places.push(place);
      return place.property === "model" || place.parameter === "model" ? ["smol", "qwen"] : [];
    };
    try {
      expect(matches('run("x", { model: "|')).to.deep.equal(["smol", "qwen"]);
      expect(matches('await lab.models.load("sm|")')).to.deep.equal(["smol"]);
      expect(matches('run("|")')).to.deep.equal([]);
      expect(places.at(-2)).to.deep.equal({
        callee: "lab.models.load",
        parameter: "model",
        property: undefined,
        text: "sm",
      });
      holder[Symbol.for("locallab.completions")] = () => {
        throw new Error("it is ill");
      };
      expect(matches('run("x", { mode: "|" })')).to.deep.equal(["exact", "fast"]);
    } finally {
      delete holder[Symbol.for("locallab.completions")];
    }
  });

  it("offers nothing of test tools, and nothing of the kernel's own", () => {
    expect(matches("descr|")).to.not.include("describe");
    expect(matches("__|").filter((name) => /cell|draft/.test(name))).to.deep.equal([]);
    expect(matches('import {} from "./|"')).to.deep.equal([]);
  });

  it("shows a name's type and documentation", () => {
    expect(inspected("ru|n")).to.match(
      /^function run\(prompt: string, options\?: RunOptions\): number\n\nRuns a prompt\./,
    );
    expect(inspected("run|")).to.include("Runs a prompt.");
    expect(inspected("lab.models.lo|ad")).to.include("load(model: string): Promise<void>");
  });

  it("shows the signature inside brackets, with the parameter under the cursor", () => {
    for (const code of ["run(|)", "run(|", 'run("|x")', 'run( | "x")'])
      expect(inspected(code), code)
        .to.include("run(prompt: string, options?: RunOptions): number")
        .and.include("▸ prompt: string\nWhat to say.")
        .and.include("Runs a prompt.");
    expect(inspected('run("x", |)')).to.include("▸ options?: RunOptions");
    expect(inspected("new Map(|)")).to.include("Map(");
  });

  it("shows the options inside braces, and the one under the cursor", () => {
    for (const code of ['run("x", {|})', 'run("x", { | })', 'run("x", {|', 'run("x", |{ })'])
      expect(inspected(code), code)
        .to.include("RunOptions")
        .and.include("temperature?: number  // How warm, 0 to 2. Default: 0.8.");
    expect(inspected('run("x", { temperature: 0.|5 })'))
      .to.include("(option) temperature?: number")
      .and.include("How warm");
    expect(inspected('run("x", { model: "a|" })')).to.include("(option) model?: string");
    expect(inspected('run("x", { temp|erature: 1 })')).to.include("temperature?: number").and.include("How warm");
  });

  it("shows nothing where nothing is", () => {
    expect(language.inspect("", 0)).to.equal(undefined);
    expect(language.inspect("   ", 1)).to.equal(undefined);
    expect(language.inspect("// text", 4)).to.equal(undefined);
  });

  it("answers soon", () => {
    const begun = performance.now();
    for (let time = 0; time < 5; time += 1) {
      matches('run("x", { | })');
      inspected("run(|)");
    }
    // 0.3 s is the aim for each of the ten
    expect((performance.now() - begun) / 10).to.be.below(3000);
  });
});
