/** One JupyterLab and one Chromium for a group of tests, ended with it; each test's page is closed with the test. */
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Browser, chromium } from "playwright-core";
import { ensureBuild } from "../../../scripts/setup/build.mjs";
import { ensureChromium } from "../../../scripts/setup/chromium.mjs";
import { inProject } from "../../../scripts/setup/project.mjs";
import { skipNotice, skippedParts } from "../../../scripts/setup/skip.mjs";
import { JupyterLabServer, type Theme } from "./jupyter-lab-server.js";
import { type NotebookOptions, NotebookPage, type WindowOptions } from "./notebook-page.js";

export interface OpenOptions extends NotebookOptions, WindowOptions {
  /** Default "light". */
  readonly theme?: Theme;
}

export interface UsedJupyterLab {
  /** Writes a notebook and opens it. */
  open(options: OpenOptions): Promise<NotebookPage>;
  /** Opens a file that is there. */
  openFile(file: string, options?: WindowOptions & { readonly theme?: Theme }): Promise<NotebookPage>;
  readonly server: JupyterLabServer;
}

/**
 * Registers the hooks of a `describe`. After each test its pages are closed, the kernels and labs ended, and no script
 * of a page may have complained.
 */
export function useJupyterLab(): UsedJupyterLab {
  let server: JupyterLabServer | undefined;
  let browser: Browser | undefined;
  let pages: NotebookPage[] = [];

  before(async function () {
    for (const part of ["jupyter", "browser", "starter-model"] as const) {
      if (!skippedParts().has(part)) continue;
      console.log(`      ${skipNotice(part)}`);
      return this.skip();
    }
    await ensureBuild({ log: () => {} });
    // Python's cells find the package that lies in the clone
    server = await JupyterLabServer.start({ PYTHONPATH: inProject("scripts/python"), PYTHONDONTWRITEBYTECODE: "1" });
    symlinkSync(inProject("node_modules"), join(server.folder, "node_modules"));
    const { path } = await ensureChromium({ log: () => {} });
    // root has no sandbox
    browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
  });

  afterEach(async function () {
    const { state, title = "" } = this.currentTest ?? {};
    if (state === "failed") for (const [index, page] of pages.entries()) await page.picture(`failed ${index} ${title}`);
    const complaints = pages.flatMap((page) => page.complaints);
    for (const { page } of pages) await page.close();
    pages = [];
    await server?.endKernels();
    expect(complaints, "what the pages' scripts complained of").to.deep.equal([]);
  });

  after(async () => {
    await browser?.close();
    await server?.end();
  });

  const parts = (): { lab: JupyterLabServer; browser: Browser } => {
    if (server === undefined || browser === undefined) throw new Error("JupyterLab is there only within a test.");
    return { lab: server, browser };
  };

  return {
    get server() {
      return parts().lab;
    },
    async open({ theme = "light", ...options }) {
      const { lab, browser: own } = parts();
      lab.setTheme(theme);
      const page = await NotebookPage.write(own, lab, options, options);
      pages.push(page);
      return page;
    },
    async openFile(file, { theme = "light", ...window } = {}) {
      const { lab, browser: own } = parts();
      lab.setTheme(theme);
      const page = await NotebookPage.open(own, lab, file, window);
      pages.push(page);
      return page;
    },
  };
}
