import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import type { CellLanguage } from "../../../../src/notebook/kernel/entry/language/cell-language.js";
import { createCellLanguage } from "../../../../src/notebook/kernel/entry/language/create-cell-language.js";
import { compilerProblem } from "../../../../src/notebook/kernel/entry/language/typescript.js";
import { type CellResult, LanguageCells } from "../../../support/language-cells.js";
import { temporaryFolder } from "../../../support/temp-folder.js";

describe("a cell's language", () => {
  let folder: string;
  let language: CellLanguage;
  let cells: LanguageCells;

  before(function () {
    this.timeout(60_000);
    folder = temporaryFolder();
    language = createCellLanguage({ cwd: folder });
    cells = new LanguageCells(language);
  });
  after(() => language.close());

  const messageOf = (result: CellResult) => (result.ended === "ok" ? "it ended well" : result.message);
  const refusal = async (code: string) => messageOf(await cells.run(code));
  const value = async (code: string) => {
    const result = await cells.run(code);
    if (result.ended !== "ok") throw new Error(result.message);
    return result.value;
  };

  describe("when a cell stops before its end", () => {
    it("keeps what it had reached, value and type, and says of the rest why it is not there", async () => {
      const cell =
        'const k1 = [1]; let k2 = "x"; class K3 { v = 2 } interface K4 { n: number }\nthrow new Error("stop");\nconst k5 = 1;';
      expect((await cells.run(cell)).ended).to.equal("threw");
      expect(await value("const k4: K4 = { n: 1 }; k1.push(2); [k1, k2.toUpperCase(), new K3().v, k4]")).to.deep.equal([
        [1, 2],
        "X",
        2,
        { n: 1 },
      ]);
      expect(await refusal("k5 + 1")).to.equal(
        '1:1 "k5" is not defined: the cell that defines it stopped before it came to it. Run that cell again.',
      );
      expect(await value("const k5 = 3; k5")).to.equal(3);
      expect(await value("k5")).to.equal(3);
    });

    it("keeps an older value of a name it had not reached", async () => {
      await value("const old1 = 'old'");
      expect((await cells.run("throw 1; const old1 = 5")).ended).to.equal("threw");
      expect((await cells.run("if (true as boolean) throw new Error('x'); const old1 = 5")).ended).to.equal("threw");
      expect(await value("old1.length")).to.equal(3);
    });

    it("keeps what an interrupted cell collected, while the cell goes on behind", async () => {
      const cell = language.convert(
        "const rows: number[] = [1]; await new Promise((r) => setTimeout(r, 50)); rows.push(2); const late = 1",
        1,
      );
      const { ended } = language.run(cell);
      language.commit(cell);
      expect(await value("rows.length")).to.equal(1);
      expect(await refusal("late")).to.include('"late" is not defined');
      await ended;
      await pause(1);
      expect(await value("rows")).to.deep.equal([1, 2]);
    });

    it("changes nothing when it was refused", async () => {
      await value("let rf1 = 1");
      expect((await cells.run('rf1 = 2; const rf2: number = "x"')).ended).to.equal("refused");
      expect(await value("rf1")).to.equal(1);
      expect(await refusal("rf2")).to.equal("1:1 Cannot find name 'rf2'.");
    });
  });

  describe("in errors", () => {
    it("shows the user's lines and columns, and no frame of the kernel", async () => {
      const code = `interface Row {\n  n: number;\n}\nfunction inner(row: Row): never {\n  // why\n  throw new TypeError(\`deep \${row.n}\`);\n}\nconst go = () => inner({ n: 1 });`;
      await cells.run(code);
      const stack = await refusal("const a = 1;\n\n  go();");
      expect(stack).to.match(
        /^TypeError: deep 1\n {4}at inner \(cell \d+:6:9\)\n {4}at go \(cell \d+:8:18\)\n {4}at cell \d+:3:3\n/,
      );
      expect(stack).to.not.match(/kernel[\\/]entry|node:vm|node:internal|\$cell|evalmachine/);
    });

    it("shows them after an await, in a class, in a callback", async () => {
      const stack = await refusal(
        // biome-ignore lint/suspicious/noTemplateCurlyInString: TypeScript within a text
        "class A {\n  async go(): Promise<void> {\n    await null;\n    [1].map((n: number) => {\n      throw new Error(`n${n}`);\n    });\n  }\n}\nawait new A().go();",
      );
      expect(stack).to.match(
        /^Error: n1\n {4}at cell \d+:5:13\n {4}at Array\.map \(<anonymous>\)\n {4}at A\.go \(cell \d+:4:9\)\n/,
      );
      expect(stack).to.match(/at async cell \d+:9:1/);
    });

    it("shows them for what TypeScript lets pass and JavaScript does not", async () => {
      const stack = await refusal("let sy1 = 0;\n({ sy1, ...{} } = { sy1: 9 } as any);");
      expect(stack).to.match(/^SyntaxError: [^\n]*\n {4}at cell \d+:2:\d+$/);
    });

    it("shows them below a library that failed later", async () => {
      const stack = await refusal('const z = 1;\nawait (await import("node:fs/promises")).readFile("nope")');
      expect(stack).to.match(/^Error: ENOENT[^\n]*\n {4}at async cell \d+:2:1/);
      expect(stack).to.not.match(/kernel[\\/]entry/);
    });

    it("are never a stack of the compiler, whatever was typed", async () => {
      for (const code of [
        "await (",
        "import {",
        "`${",
        "const x = (",
        "class {",
        "/* open",
        "}",
        ")",
        "@",
        "enum",
        "let let = 1",
        "\u0000",
        "<div>",
        "a: b: c",
        "export default",
        "import x from",
        "({,})",
        "for await (",
        "yield 1",
        "new.target",
        "super()",
        "#x",
        "1..",
        "0b2",
        "'\n'",
      ]) {
        const result = await cells.run(code);
        expect(messageOf(result), code).to.not.match(/Debug Failure|node_modules|undefined \(reading/);
      }
    });

    it("do not come from a type that cannot be written down", async () => {
      const deep = join(folder, "node_modules", "outer", "node_modules", "hidden");
      mkdirSync(deep, { recursive: true });
      writeFileSync(join(deep, "package.json"), '{ "name": "hidden", "types": "i.d.ts", "main": "i.js" }');
      writeFileSync(join(deep, "i.d.ts"), "export interface Hidden { h: number }");
      writeFileSync(
        join(folder, "node_modules", "outer", "package.json"),
        '{ "name": "outer", "types": "i.d.ts", "main": "i.js" }',
      );
      writeFileSync(
        join(folder, "node_modules", "outer", "i.d.ts"),
        'import { Hidden } from "hidden"; export declare function get(): Hidden;',
      );
      writeFileSync(join(folder, "node_modules", "outer", "i.js"), "exports.get = () => ({ h: 4 });");
      await value('import { get } from "outer"; const hidden = await (async () => get())();');
      expect(await value("hidden.h.toFixed(1)")).to.equal("4.0");
    });
  });

  it("lives on when a package.json beside the notebook changes, as often as it likes", async () => {
    const file = join(folder, "package.json");
    for (let time = 1; time <= 4; time += 1) {
      writeFileSync(file, JSON.stringify({ name: "beside", version: `1.0.${time}` }));
      utimesSync(file, 1_700_000_000 + time, 1_700_000_000 + time);
      expect(await value(`import { basename } from "node:path"; basename("a/b").length + ${time}`)).to.equal(1 + time);
    }
  });

  it("keeps no more than what is still in use", async function () {
    this.timeout(120_000);
    await value("const base = 1");
    const names = ["alpha", "beta", "gamma"];
    const growing: number[] = [];
    for (let time = 0; time < 40; time += 1) {
      const [mine, other] = [names[time % 3], names[(time + 1) % 3]];
      await value(
        `const ${mine} = ${time} + base; function ${mine}Of(x: number) { return x + ${mine} } type ${mine}T = ${time}`,
      );
      if (time > 3) await value(`const chained = [${other}, ${mine}Of(1)]`);
      growing.push(Object.keys(language.scope).length);
    }
    expect(growing.at(-1)).to.equal(growing.at(10));
  });

  it("starts a cell without imports in the call itself, with every start announced", async () => {
    const cell = language.convert("1", 7);
    let starts = 0;
    const { ended } = language.run(cell, (start) => {
      starts += 1;
      return start();
    });
    expect(starts).to.equal(1);
    expect((await ended).value).to.equal(1);
    language.commit(cell);
  });

  it("knows when a console should wait for more", () => {
    expect(language.isComplete("1 + 1")).to.deep.equal({ status: "complete", indent: "" });
    expect(language.isComplete("function f() {")).to.deep.equal({ status: "incomplete", indent: "  " });
    expect(language.isComplete("`open").status).to.equal("incomplete");
    expect(language.isComplete("const x = ;\n1").status).to.equal("invalid");
  });

  it("refuses a compiler whose insides it does not know", () => {
    expect(compilerProblem()).to.equal(undefined);
    expect(compilerProblem("5.1.0")).to.match(/needs TypeScript 5\.0\.4 .* found 5\.1\.0: run "npm ci"/);
  });
});
