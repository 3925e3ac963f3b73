/** Every display of the notebook side on one page, as Jupyter's own exporter makes it, with its style sheets. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import { bundleOf, type View } from "../../src/notebook/displays/view.js";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { domOf } from "./chromium.js";
import { jupyterPython } from "./jupyter-program.js";

export type Theme = "light" | "dark";

/** Reads a notebook from its first argument and writes `<theme>.html` and `page.md` beside it. */
const exporting = `
import sys, pathlib, nbformat
from nbconvert import HTMLExporter, MarkdownExporter
path = pathlib.Path(sys.argv[1])
notebook = nbformat.read(path, as_version=4)
for theme in ("light", "dark"):
    page, _ = HTMLExporter(theme=theme, mathjax_url="", require_js_url="").from_notebook_node(notebook)
    (path.parent / f"{theme}.html").write_text(page, encoding="utf-8")
page, _ = MarkdownExporter().from_notebook_node(notebook)
(path.parent / "page.md").write_text(page, encoding="utf-8")
`;

/** A notebook of one cell for each view, named by its key; resolves with the folder of the exports. */
export async function exportDisplays(views: Readonly<Record<string, View>>): Promise<string> {
  const folder = temporaryFolder();
  const cells = Object.entries(views).map(([name, view], index) => ({
    cell_type: "code",
    id: `cell-${index}`,
    execution_count: index + 1,
    metadata: {},
    source: [name],
    outputs: [{ output_type: "display_data", data: bundleOf(view), metadata: {} }],
  }));
  const metadata = { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } };
  const file = join(folder, "displays.ipynb");
  writeFileSync(file, JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }));
  const { code, stderr } = await runProgram(await jupyterPython(), ["-c", exporting, file], { timeoutMs: 120_000 });
  if (code !== 0) throw new Error(`nbconvert ended with code ${code}: ${stderr}`);
  return folder;
}

/** What is wrong with a page, as its own script found out. */
export interface PageFindings {
  /** CSS pixels of the page, inside its window. */
  readonly width: number;
  /** axe-core's violations within outputs: the rule, and the places. */
  readonly violations: readonly string[];
  /** Elements of outputs that stick out of the page and are in no part that scrolls. */
  readonly cut: readonly string[];
}

/** Runs in the page: opens every fold, looks, and tells the page around it what was found. */
const looking = `
for (const details of document.querySelectorAll("details")) details.open = true;
const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element.closest('[role="group"][tabindex="0"]') ?? document.head).overflowX);
const cut = [...document.querySelectorAll(".jp-OutputArea-output *")]
  .filter((element) => element.getBoundingClientRect().right > innerWidth + 1 && !scrolls(element))
  .map((element) => element.outerHTML.slice(0, 120));
axe.run({ include: [[".jp-OutputArea-output"]] }, { resultTypes: ["violations"] }).then(({ violations }) => {
  const words = violations.map(({ id, nodes }) => id + ": " + nodes.map(({ html }) => html.slice(0, 120)).join(" | "));
  parent.postMessage(JSON.stringify({ width: innerWidth, violations: words, cut }), "*");
}, (error) => parent.postMessage(String(error), "*"));
`;

/**
 * What is wrong with the page of a theme in a window of this width; `spoil` changes its HTML before.
 *
 * The page stands in a frame: Chromium's own windows are 500 pixels wide at least.
 */
export async function lookAt(
  folder: string,
  theme: Theme,
  widthPx: number,
  spoil: (page: string) => string = (page) => page,
): Promise<PageFindings> {
  const page = spoil(readFileSync(join(folder, `${theme}.html`), "utf8"));
  const scripts = [axe.source, looking].map((script) => `<script>${script}</script>`).join("\n");
  // the last one: what axe-core's own source says of bodies stays as it is
  const end = page.lastIndexOf("</body>");
  writeFileSync(join(folder, "inside.html"), page.slice(0, end) + scripts + page.slice(end));
  const listening = `<script>addEventListener("message", ({ data }) => { document.body.textContent = btoa(encodeURIComponent(data)); });</script>`;
  const around = join(folder, "around.html");
  writeFileSync(around, `<body>${listening}<iframe src="inside.html" width="${widthPx}" height="900"></iframe></body>`);
  const said = /<body>([\w+/=]+)<\/body>/.exec(await domOf(around))?.[1];
  if (said === undefined) throw new Error("The page has not said what it found.");
  return JSON.parse(decodeURIComponent(Buffer.from(said, "base64").toString("latin1")));
}
