import { mkdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "chai";
import type { CellLanguage } from "../../../../src/notebook/kernel/entry/language/cell-language.js";
import { createCellLanguage } from "../../../../src/notebook/kernel/entry/language/create-cell-language.js";
import { LanguageCells } from "../../../support/language-cells.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

describe("what a cell imports", () => {
  let root: string;
  let language: CellLanguage;
  let cells: LanguageCells;
  let writes = 0;

  before(function () {
    this.timeout(60_000);
    root = temporaryFolder();
    mkdirSync(join(root, "nb"));
    language = createCellLanguage({ cwd: join(root, "nb") });
    cells = new LanguageCells(language);
  });
  after(() => language.close());

  /** Writes a file below the notebook's folder, each time with a later time. */
  function write(path: string, text: string): void {
    const file = join(root, "nb", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    writes += 1;
    utimesSync(file, 1_700_000_000 + writes, 1_700_000_000 + writes);
  }
  const value = async (code: string) => {
    const result = await cells.run(code);
    if (result.ended !== "ok") throw new Error(result.message);
    return result.value;
  };
  const message = async (code: string) => {
    const result = await cells.run(code);
    return result.ended === "ok" ? "it ended well" : result.message;
  };

  it("is a file with or without .ts, as .js, .mts, .json, .cjs, and from another folder", async () => {
    write("a.ts", "export const a: number = 1;");
    write("m.mts", "export const m = await Promise.resolve(2);");
    write("d.json", '{ "k": [3] }');
    write("c.cjs", "module.exports = { c: 4 };");
    write("j.js", "export const j = 5;");
    write("../src/up.ts", 'export { a as up } from "../nb/a.js";');
    const imports = `import { a } from "./a.ts"; import { a as a2 } from "./a"; import { a as a3 } from "./a.js";
import { m } from "./m.mts"; import d, { k } from "./d.json"; import c from "./c.cjs"; import { j } from "./j.js";
import { up } from "../src/up.ts";`;
    expect(await value(`${imports} [a, a2, a3, m, d.k, k, c.c, j, up]`)).to.deep.equal([1, 1, 1, 2, [3], [3], 4, 5, 1]);
  });

  it("is read again when it changed, or a file that it imports did", async () => {
    write(
      "top.ts",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: TypeScript within a text
      'import { low } from "./low.ts"; export const top = () => `top of ${low}`; export const mark = {};',
    );
    write("low.ts", 'export const low = "one";');
    expect(await value('import { top, mark } from "./top.ts"; const mark1 = mark; top()')).to.equal("top of one");
    expect(await value('import { mark } from "./top.ts"; mark === mark1')).to.equal(true);
    write("low.ts", 'export const low: string = "two";');
    expect(await value('import { top } from "./top.ts"; top()')).to.equal("top of two");
    write("c2.cjs", "module.exports = { c: 1 };");
    expect(await value('import c2 from "./c2.cjs"; c2.c')).to.equal(1);
    write("c2.cjs", "module.exports = { c: 22 };");
    expect(await value('import c2 from "./c2.cjs"; c2.c')).to.equal(22);
  });

  it("is read again after errors in it, which are told with file and line", async () => {
    write("bad.ts", 'export const fine = 1;\nexport const bad: number = "x";');
    const refused = "bad.ts 2:14 Type 'string' is not assignable to type 'number'.";
    expect(await message('import { bad } from "./bad.ts"; bad')).to.equal(refused);
    write("bad.ts", "export const bad: number = 7; throw new Error('no luck');");
    const thrown = await message('import { bad } from "./bad.ts"; bad');
    expect(thrown)
      .to.include("no luck")
      .and.include(`${join(root, "nb", "bad.ts")}:1:`);
    write("bad.ts", "export const bad: number = 8;");
    expect(await value('import { bad } from "./bad.ts"; bad')).to.equal(8);
  });

  it("has live names, types, enums, defaults, re-exports and import.meta", async () => {
    write(
      "all.ts",
      `import { a } from "./a.ts";
export let count = 0; export const inc = () => { count += 1; };
export interface Opt { n: number } export enum Color { Red = 2 } export namespace Deep { export const d = a; }
export default class { v = a }
export { a as again } from "./a.ts"; export * from "./j.js"; export * as all from "./a.ts";
export const here = import.meta.filename; export const [x, { y }] = [1, { y: 2 }] as const;`,
    );
    const code = `import Foo, { count, inc, Color, Deep, again, j, all, here, x, y, type Opt } from "./all.ts";
const opt: Opt = { n: 1 }; inc(); inc();
[count, Color.Red, Deep.d, again, j, all.a, here.endsWith("all.ts"), x, y, new Foo().v, opt.n]`;
    expect(await value(code)).to.deep.equal([2, 2, 1, 1, 5, 1, true, 1, 2, 1, 1]);
    expect(await value("inc(); count")).to.equal(3);
  });

  it("may be named by the running cell", async () => {
    write("named.ts", "export const named: number = 6; export const self = import.meta.url;");
    write("sub/deep.ts", "export const deep = async (name: string) => (await import(name)).named + 1;");
    const code =
      'const which = "./named.ts"; const { named, self } = await import(which); import { deep } from "./sub/deep.ts"; [named, (await import(self)).named, await deep("../named.ts")]';
    expect(await value(code)).to.deep.equal([6, 6, 7]);
    expect(await message('await import("./no" + "where.ts")')).to.match(/Cannot find module .*nowhere\.ts/);
  });

  it("may be files that import each other", async () => {
    write("x.ts", 'import { y } from "./y.ts"; export const x = () => "x"; export const xy = () => x() + y();');
    write("y.ts", 'import { x } from "./x.ts"; export const y = () => "y" + x();');
    expect(await value('import { xy } from "./x.ts"; xy()')).to.equal("xyx");
  });

  it("is an ES package with types, in exports only, by sub-path, with top-level await", async () => {
    const exports = `{ ".": { "types": "./t/i.d.ts", "import": "./i.js" }, "./sub": { "types": "./t/s.d.ts", "import": "./s.js" } }`;
    write("node_modules/es/package.json", `{ "name": "es", "type": "module", "exports": ${exports} }`);
    write("node_modules/es/t/i.d.ts", "export declare const v: number;");
    write("node_modules/es/t/s.d.ts", "export declare const s: string;");
    write("node_modules/es/i.js", "export const v = await Promise.resolve(1);");
    write("node_modules/es/s.js", 'export const s = "s";');
    expect(await value('import { v } from "es"; import { s } from "es/sub"; [v.toFixed(1), s]')).to.deep.equal([
      "1.0",
      "s",
    ]);
    expect(await message('import { v } from "es"; const t: string = v;')).to.include("Type 'number' is not assignable");
  });

  it("is a CommonJS package with all its names, also those that only running it shows", async () => {
    write("node_modules/cj/package.json", '{ "name": "cj", "main": "i.js" }');
    write("node_modules/cj/i.js", 'for (const k of ["a", "b"]) exports[k] = k;');
    write("node_modules/co/package.json", '{ "name": "co", "main": "i.js" }');
    write("node_modules/co/i.js", "exports.__esModule = true; exports.default = () => 1; exports.x = 2;");
    const code =
      'import cj, { a, b } from "cj"; import * as cs from "cj"; import co, { x } from "co"; [cj.a, a, b, cs.b, co(), x]';
    expect(await value(code)).to.deep.equal(["a", "a", "b", "b", 1, 2]);
  });

  it("is found when it came after the cell that failed", async () => {
    const code = 'import { late } from "late"; late';
    expect(await message(code)).to.include("Cannot find module 'late'");
    write("node_modules/late/package.json", '{ "name": "late", "main": "i.js" }');
    write("node_modules/late/i.js", "exports.late = 3;");
    expect(await value(code)).to.equal(3);
    rmSync(join(root, "nb", "node_modules", "late"), { recursive: true });
  });

  it("is LocalLab with its types, and the types of Node, in a folder that knows neither", async () => {
    expect(await message('import { startLab } from "locallab"; startLab({ slots: "many" })')).to.include(
      "Type 'string' is not assignable to type 'number'",
    );
    expect(await message('describe("x")')).to.match(/Cannot find name 'describe'\.$/);
    expect(await value("[typeof console.log, typeof process.pid, typeof Buffer.from]")).to.deep.equal(
      Array.from({ length: 3 }, () => "function").with(1, "number"),
    );
  });
});
