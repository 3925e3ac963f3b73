import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import { expect } from "chai";
import { jupyterPython } from "../../notebooks/jupyter-program.js";
import { runProgram } from "../../support/run-program.js";
import type { NotebookPage } from "./notebook-page.js";
import { useJupyterLab } from "./use-jupyter-lab.js";

const cells = [
  "# A day with a lab",
  `import { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`,
  `await lab.show("Once upon a time", { max_length: 30, seed: 1 });`,
  `await lab.batch(["The sea", "A cat"], { max_length: 12, seed: 1 })`,
  `await lab.stop()`,
];

describe("a notebook saved in JupyterLab", function () {
  this.timeout(240_000);
  const jupyter = useJupyterLab();

  it("looks the same where nobody trusts it", async () => {
    const notebook = await executed();
    const copy = untrustedCopy(notebook.path);
    const stranger = await jupyter.openFile(basename(copy));
    await stranger.picture("untrusted");
    for (const index of cells.keys()) {
      if (index === 0) continue;
      const [own, strange] = [notebook.cell(index), stranger.cell(index)];
      await strange.show();
      expect(await strange.text(), cells[index]).to.equal(await own.text());
      expect(await strange.sizes(), cells[index]).to.deep.equal(await own.sizes());
    }
    expect(await stranger.page.locator(".jp-OutputArea-output.jp-mod-trusted").count()).to.equal(0);
  });

  it("has words beside every HTML, and exports as HTML and as Markdown", async () => {
    const notebook = await executed();
    const forms = outputForms(notebook.path);
    expect(forms.length).to.be.greaterThan(4);
    for (const form of forms) expect(String(form["text/plain"] ?? "")).to.not.match(/<div|style=/);
    expect(forms.filter((form) => form["text/plain"] === undefined)).to.deep.equal([]);
    const html = await converted(notebook.path, "html");
    expect(html).to.include("Once upon a time").and.include("smollm2-135m-instruct");
    // nbconvert's Markdown has HTML in it unless it is told to take the words
    const words = ["text/markdown", "text/plain"].map((form) => `--NbConvertBase.display_data_priority=${form}`);
    const markdown = await converted(notebook.path, "markdown", words);
    expect(markdown).to.include("Once upon a time").and.include("smollm2-135m-instruct");
    expect(markdown).to.not.match(/<div|<table/);
  });

  async function executed(): Promise<NotebookPage> {
    const notebook = await jupyter.open({ cells });
    for (const index of cells.keys()) if (index > 0) await notebook.run(index);
    await notebook.page.waitForTimeout(500);
    await notebook.save();
    return notebook;
  }
});

/** Trust goes by what is in the notebook, so that a copy with another title is a stranger's. */
function untrustedCopy(path: string): string {
  const notebook = JSON.parse(readFileSync(path, "utf8")) as { cells: { source: string | string[] }[] };
  if (notebook.cells[0] !== undefined) notebook.cells[0].source = "# From a stranger";
  const copy = path.replace(".ipynb", "-copy.ipynb");
  writeFileSync(copy, JSON.stringify(notebook));
  return copy;
}

/** The forms of each display and value that the file holds. */
function outputForms(path: string): Record<string, unknown>[] {
  const { cells: saved } = JSON.parse(readFileSync(path, "utf8")) as {
    cells: { outputs?: { data?: Record<string, unknown> }[] }[];
  };
  return saved.flatMap(({ outputs = [] }) => outputs.flatMap(({ data }) => (data === undefined ? [] : [data])));
}

async function converted(path: string, format: "html" | "markdown", more: readonly string[] = []): Promise<string> {
  const args = ["-m", "nbconvert", "--to", format, "--stdout", ...more, path];
  const { code, stdout, stderr } = await runProgram(await jupyterPython(), args, {
    cwd: dirname(path),
    timeoutMs: 120_000,
  });
  expect(code, stderr).to.equal(0);
  return stdout;
}
