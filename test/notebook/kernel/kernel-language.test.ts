import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect } from "chai";
import { skippedParts } from "../../../scripts/setup/skip.mjs";
import { fakeModels } from "../../support/fake-lab-answers.js";
import { FakeLabServer } from "../../support/fake-lab-server.js";
import { Kernel } from "../../support/kernel.js";
import type { CellOutput } from "../../support/kernel-cell.js";
import { runProgram } from "../../support/run-program.js";
import { temporaryFolder } from "../../support/temp-folder.js";
import { type Snippet, snippets } from "./language/snippets.js";

const errorText = ({ error }: CellOutput): string =>
  [error?.evalue, ...(error?.traceback ?? [])].join("\n").replaceAll(" - ", " ");

function isRight({ value, fails }: Snippet, output: CellOutput): boolean {
  if (fails !== undefined) return errorText(output).includes(fails);
  const shown = value === undefined || typeof value === "string" ? value : inspect(value);
  return output.error === undefined && output.value === (shown ?? "");
}

describe("a cell in the real kernel, in a folder of one's own", () => {
  let folder: string;
  let kernel: Kernel;

  before(async function () {
    if (skippedParts().has("jupyter")) return this.skip();
    this.timeout(120_000);
    folder = temporaryFolder();
    kernel = await Kernel.start({ cwd: folder });
  });
  after(() => kernel?.end());

  it("does what TypeScript means, in every snippet", async function () {
    this.timeout(600_000);
    const wrong: string[] = [];
    for (const snippet of snippets) {
      for (const code of snippet.cells.slice(0, -1)) await kernel.run(code);
      const output = await kernel.run(snippet.cells.at(-1) ?? "");
      if (!isRight(snippet, output)) wrong.push(`${snippet.name}: ${output.value} ${errorText(output)}`);
    }
    expect(wrong).to.deep.equal([]);
  });

  it("lives on when a package.json and node_modules beside it change", async function () {
    this.timeout(120_000);
    expect((await kernel.run("const before1 = 4; before1")).value).to.equal("4");
    for (let time = 1; time <= 3; time += 1) {
      writeFileSync(join(folder, "package.json"), `{ "name": "own", "version": "1.0.${time}" }`);
      utimesSync(join(folder, "package.json"), time, time);
      mkdirSync(join(folder, "node_modules", `p${time}`), { recursive: true });
      writeFileSync(join(folder, "node_modules", `p${time}`, "index.js"), `exports.n = ${time};`);
      const output = await kernel.run(`import { n } from "p${time}"; n + before1`);
      expect(output.error).to.equal(undefined);
      expect(output.value).to.equal(String(time + 4));
    }
  });

  it("imports what a real npm install beside it brings, and lives on", async function () {
    this.timeout(120_000);
    const own = temporaryFolder();
    writeFileSync(join(own, "package.json"), `{ "name": "brought", "version": "2.0.0", "main": "main.js" }`);
    writeFileSync(join(own, "main.js"), "exports.brought = 5;");
    expect((await kernel.run("const stays = 6; stays")).value).to.equal("6");
    // a folder needs no registry
    const args = ["install", "--no-audit", "--no-fund", "--offline", own];
    const { code, stderr } = await runProgram("npm", args, { cwd: folder, timeoutMs: 60_000 });
    expect(code, stderr).to.equal(0);
    const output = await kernel.run('import { brought } from "brought"; brought * stays');
    expect(output.error).to.equal(undefined);
    expect(output.value).to.equal("30");
  });

  it("finds LocalLab with its types, and has an editor's help for it", async function () {
    this.timeout(120_000);
    expect((await kernel.run('import { startLab } from "locallab"; typeof startLab')).value).to.equal("function");
    expect(await kernel.complete("startLab({ po")).to.include("port");
    expect(await kernel.hover("startLab(", "startLab")).to.include("startLab(options?: StartOptions): Promise<Lab>");
  });

  it("offers the ids of the lab's models between the quotes", async function () {
    this.timeout(120_000);
    const fake = await FakeLabServer.start();
    try {
      const connecting = `import { connectLab } from "locallab"; const lab = await connectLab("${fake.url}"); 1`;
      expect((await kernel.run(connecting)).error).to.equal(undefined);
      const ids = fakeModels().models.map(({ id }) => id);
      for (const code of ['await lab.models.load("', 'await lab.show("hi", { model: "'])
        expect(await kernel.complete(code), code).to.include.members(ids);
    } finally {
      await fake.stop();
    }
  });

  it("needs no more memory after hundreds of cells that define names", async function () {
    this.timeout(600_000);
    const heldAfter = async (count: number): Promise<number> => {
      for (let time = 0; time < count; time += 1)
        await kernel.run(
          `const m${time % 7} = ${time}; function f${time % 5}() { return m${time % 7} + ${time} } f${time % 5}()`,
        );
      return kernel.heldMiB();
    };
    const first = await heldAfter(80);
    // a map of each cell's places is kept for its stacks, of the last thousand: 1 kB each
    const grown = (await heldAfter(220)) - first;
    expect(grown).to.be.below(20);
  });
});
