import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Browser, chromium, type Page } from "playwright-core";
import { ensureBuild } from "../../scripts/setup/build.mjs";
import { ensureChromium } from "../../scripts/setup/chromium.mjs";
import { ensureClassicNotebook } from "../../scripts/setup/classic-notebook.mjs";
import { inProject } from "../../scripts/setup/project.mjs";
import { skipNotice, skippedParts } from "../../scripts/setup/skip.mjs";
import { until } from "../support/until.js";
import { JupyterLabServer } from "./jupyterlab/jupyter-lab-server.js";

const sources = [
  `import { startLab } from "locallab";\nconst lab = await startLab({ port: 0 });`,
  `await lab.show("Once upon a time", { max_length: 60, seed: 1 });`,
  `await lab.batch(["The sea", "A cat"], { max_length: 12, seed: 1 })`,
];

describe("the classic Notebook", function () {
  this.timeout(240_000);
  let server: JupyterLabServer;
  let browser: Browser;
  let page: Page;

  before(async function () {
    for (const part of ["classic-notebook", "browser", "starter-model"] as const) {
      if (!skippedParts().has(part)) continue;
      console.log(`      ${skipNotice(part)}`);
      return this.skip();
    }
    await ensureBuild({ log: () => {} });
    const { python } = await ensureClassicNotebook({ log: console.log });
    server = await JupyterLabServer.start({}, { python, module: "nbclassic" });
    symlinkSync(inProject("node_modules"), join(server.folder, "node_modules"));
    const { path } = await ensureChromium({ log: () => {} });
    browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
  });
  after(async () => {
    await browser?.close();
    await server?.end();
  });

  it("shows the card, a text that grows, and a batch, and runs every cell", async () => {
    writeFileSync(join(server.folder, "classic.ipynb"), notebookJson());
    await page.goto(`${server.url}notebooks/classic.ipynb?token=${server.token}`);
    await page.locator("#kernel_indicator_icon.kernel_idle_icon").waitFor({ timeout: 90_000 });
    const cells = page.locator(".code_cell");
    const text = async (index: number): Promise<string> =>
      (await cells.nth(index).locator(".output").allInnerTexts()).join("\n");
    const grown: string[] = [];
    for (const index of sources.keys()) {
      await cells.nth(index).locator(".CodeMirror").click();
      await page.keyboard.press("Control+Enter");
      await until(async () => {
        const now = await text(index);
        if (index === 1 && now !== grown.at(-1)) grown.push(now);
        return /\[\d+\]/.test((await cells.nth(index).locator(".input_prompt").textContent()) ?? "");
      }, 90_000);
    }
    await page.waitForTimeout(300);
    await picture();
    // the card is live: it may still say that the batch is being answered
    expect(await text(0)).to.match(/smollm2-135m-instruct · (?:ready|\d of 4 slots busy)/);
    expect(await text(1)).to.match(/Once upon a time[\s\S]*60 tokens/);
    expect(grown.filter((one) => one.includes("Once upon a time")).length).to.be.greaterThan(3);
    expect(await text(2))
      .to.include("The sea")
      .and.include("A cat");
    for (const index of sources.keys()) expect(await text(index)).to.not.match(/<div|<table|style=/);
  });

  async function picture(): Promise<void> {
    const folder = process.env.LOCALLAB_TEST_PICTURES;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, "classic-notebook.png") });
  }
});

/** A notebook of the kernel of this project. Source: nbformat 4.5. */
function notebookJson(): string {
  const kernelspec = { display_name: "TypeScript", language: "typescript", name: "tslab" };
  const cells = sources.map((source, index) => ({
    cell_type: "code",
    id: `cell-${index}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  return JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}
