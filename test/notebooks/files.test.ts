import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect } from "chai";
import { notebookFolder, notebookNames, readNotebook } from "./notebook-file.js";

const project = fileURLToPath(new URL("../..", import.meta.url));
const markdownFiles = ["README.md", "docs/vscode.md", "docs/colab.md"].map((name) => join(project, name));

describe("the notebooks in the repository", () => {
  it("are the quickstart, models and remote clients", () => {
    expect(notebookNames).to.include.members(["01-quickstart.ipynb", "02-models.ipynb", "03-remote-clients.ipynb"]);
  });

  it("each start a lab of their own, so that they run side by side", () => {
    const labs = notebookNames.map((name) => /startLab\(\{ name: "([a-z-]+)"/.exec(sources(name))?.[1]);
    expect(labs).to.not.include(undefined);
    expect(new Set(labs)).to.have.lengthOf(notebookNames.length);
  });

  for (const name of notebookNames) {
    it(`${name} is for the TypeScript kernel and holds no output, count or secret`, () => {
      const { kernel, text, cells } = readNotebook(notebookFolder, name);
      expect(kernel).to.equal("tslab");
      expect(cells.filter(({ outputs, executionCount }) => outputs > 0 || executionCount !== null)).to.deep.equal([]);
      // a key of ours, of ngrok or of Hugging Face, or any long random word
      expect(text).to.not.match(/llk_|hf_\w{8}|[A-Za-z0-9_]{36,}/);
    });

    it(`${name} has no line of code that a page cuts off`, () => {
      const lines = readNotebook(notebookFolder, name).cells.flatMap(({ source }) => source.split("\n"));
      expect(lines.filter((line) => line.length > 105)).to.deep.equal([]);
    });
  }

  it("hold every line of TypeScript that the README and the docs show as a cell", () => {
    const known = new Set(
      notebookNames.flatMap((name) =>
        sources(name)
          .split("\n")
          .map((line) => line.trim()),
      ),
    );
    const shown = markdownFiles.filter((path) => existsSync(path)).flatMap(cellLines);
    expect(shown.length).to.be.greaterThan(0);
    expect(shown.filter((line) => !known.has(line))).to.deep.equal([]);
  });
});

const sources = (name: string): string =>
  readNotebook(notebookFolder, name)
    .cells.map(({ source }) => source)
    .join("\n");

/** The statements of all TypeScript blocks that use the package, and of all under "Three cells". */
function cellLines(path: string): string[] {
  const text = readFileSync(path, "utf8");
  const threeCells = /^## Three cells$.*?(?=^## )/ms.exec(text)?.[0] ?? "";
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)]
    .map(([, code = ""]) => code)
    .filter((code) => code.includes('"locallab"') || threeCells.includes(code))
    .flatMap((code) => code.split("\n").map((line) => line.trim()))
    .filter((line) => line !== "" && !line.startsWith("//"));
}
