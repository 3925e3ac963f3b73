/** A notebook in JupyterLab in headless Chromium, used as a person uses it: by mouse and keyboard. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { until } from "../../support/until.js";
import { CellView } from "./cell-view.js";
import type { JupyterLabServer } from "./jupyter-lab-server.js";

/** Milliseconds until a page stands with its kernel: some 8 s on a calm machine. */
const pageTimeoutMs = 90_000;

export interface NotebookOptions {
  /** Sources of the code cells; one that begins with "#" is a Markdown cell. */
  readonly cells: readonly string[];
  /** Name of its file; a new one by default: JupyterLab remembers what it knew of a file. */
  readonly file?: string;
  /** Default "tslab". */
  readonly kernel?: "tslab" | "python3";
}

export interface WindowOptions {
  /** CSS pixels; default 1280. */
  readonly width?: number;
  /** CSS pixels; default 900. */
  readonly height?: number;
  /** Pixels of the picture for a CSS pixel; default 1. */
  readonly scale?: number;
}

export class NotebookPage {
  readonly page: Page;
  /** What the page's scripts complained of. */
  readonly complaints: string[] = [];
  readonly #lab: JupyterLabServer;
  readonly #file: string;

  private constructor(page: Page, lab: JupyterLabServer, file: string) {
    this.page = page;
    this.#lab = lab;
    this.#file = file;
    page.on("console", (message) => {
      if (message.type() === "error") this.complaints.push(message.text());
    });
    page.on("pageerror", (error) => this.complaints.push(error.message));
  }

  /** Writes a notebook and opens it in a window of its own. */
  static async write(
    browser: Browser,
    lab: JupyterLabServer,
    { cells, file = newName(), kernel = "tslab" }: NotebookOptions,
    window: WindowOptions = {},
  ): Promise<NotebookPage> {
    writeFileSync(join(lab.folder, file), notebookJson(cells, kernel));
    return NotebookPage.open(browser, lab, file, window);
  }

  /** Opens a notebook that is there in a window of its own. */
  static async open(
    browser: Browser,
    lab: JupyterLabServer,
    file: string,
    { width = 1280, height = 900, scale = 1 }: WindowOptions = {},
  ): Promise<NotebookPage> {
    const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
    page.setDefaultTimeout(pageTimeoutMs);
    const notebook = new NotebookPage(page, lab, file);
    await notebook.#opening(() => page.goto(lab.pageOf(file)));
    return notebook;
  }

  /** The cell at this place, from 0. */
  cell(index: number): CellView {
    return new CellView(this.#cells.nth(index));
  }

  /** The page's notebook; there is one. */
  get notebook(): Locator {
    return this.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook");
  }

  get #cells(): Locator {
    return this.notebook.locator(".jp-Cell");
  }

  /** Waits until the circle at the top is empty. */
  async idle(): Promise<void> {
    await this.page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]').waitFor({ timeout: pageTimeoutMs });
  }

  /**
   * Does what opens the notebook, and waits until its kernel has answered: before that the circle is empty, too, but
   * JupyterLab drops what one runs.
   */
  async #opening(act: () => Promise<unknown>): Promise<void> {
    const socket = this.page.waitForEvent("websocket", {
      predicate: (one) => one.url().includes("/channels"),
      timeout: pageTimeoutMs,
    });
    await Promise.all([socket.then((one) => one.waitForEvent("framereceived", { timeout: pageTimeoutMs })), act()]);
    await this.page
      .locator('.jp-Notebook-ExecutionIndicator:is([data-status="idle"], [data-status="busy"])')
      .waitFor({ timeout: pageTimeoutMs });
    await this.#cells.first().waitFor({ timeout: pageTimeoutMs });
    await this.page.locator("#jupyterlab-splash").waitFor({ state: "detached", timeout: pageTimeoutMs });
  }

  /** Runs the cell at this place; does not wait for its end. */
  async begin(index: number): Promise<CellView> {
    const cell = this.cell(index);
    const before = await cell.prompt();
    await cell.editor.click();
    await this.page.keyboard.press("Control+Enter");
    await until(async () => (await cell.prompt()) !== before, pageTimeoutMs);
    return cell;
  }

  /** Runs the cell at this place and gives what it says at its end. */
  async run(index: number): Promise<string> {
    return (await this.begin(index)).ended();
  }

  /** Puts a new cell at the end and writes this into it; the cursor stays behind the last character. */
  async typeNew(text: string): Promise<number> {
    const index = await this.#cells.count();
    await this.cell(index - 1).editor.click();
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.press("b");
    await until(async () => (await this.#cells.count()) > index);
    await this.cell(index).editor.click();
    // a person's editor closes brackets and quotes by itself; what is pasted stands as it is
    await this.page.keyboard.insertText(text);
    return index;
  }

  /** Runs this in a new cell at the end. */
  async runNew(text: string): Promise<string> {
    return this.run(await this.typeNew(text));
  }

  async interrupt(): Promise<void> {
    await this.#toolbar("interrupt").click();
  }

  /** Restarts the kernel and waits until it is idle. */
  async restart(): Promise<void> {
    await this.#toolbar("restart").click();
    await this.#accept();
    const indicator = this.page.locator(".jp-Notebook-ExecutionIndicator");
    await until(async () => (await indicator.getAttribute("data-status")) !== "idle", pageTimeoutMs);
    await this.idle();
  }

  async restartAndRunAll(): Promise<void> {
    await this.#toolbar("restart-and-run").click();
    await this.#accept();
  }

  /** Writes the notebook as it stands; a cell that runs makes it dirty again at once. */
  async save(): Promise<void> {
    await this.page.keyboard.press("Escape");
    const written = this.page.waitForResponse(
      (response) => response.url().includes("/api/contents/") && response.request().method() === "PUT",
    );
    await this.page.keyboard.press("Control+s");
    await written;
  }

  /** F5. */
  async reload(): Promise<void> {
    await this.#opening(() => this.page.reload());
  }

  /** Closes the notebook's tab and opens the notebook again from the list of files. The kernel lives on. */
  async reopen(): Promise<void> {
    await this.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon").click();
    await until(async () => (await this.page.locator(".jp-NotebookPanel").count()) === 0);
    await this.#opening(() => this.page.locator(".jp-DirListing-item", { hasText: this.#file }).dblclick());
  }

  /** Shows or hides the list of files. */
  async toggleSidebar(): Promise<void> {
    await this.page.keyboard.press("Control+b");
  }

  /** A picture in the folder that `LOCALLAB_TEST_PICTURES` names; none without it. */
  async picture(name: string): Promise<void> {
    const folder = process.env.LOCALLAB_TEST_PICTURES;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  /** A picture of the notebook alone: no menus, no frame around the cell that is active, nothing below the last one. */
  async pictureOfCells(path: string): Promise<void> {
    await this.page.addStyleTag({
      content: `.jp-cell-toolbar, .jp-Collapser { visibility: hidden !important }
        .jp-Notebook .jp-Cell { outline: none !important; border-color: transparent !important; box-shadow: none !important }`,
    });
    const [panel, last] = await Promise.all([
      this.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer").first().boundingBox(),
      this.#cells.last().boundingBox(),
    ]);
    if (panel === null || last === null) throw new Error("The notebook is not to be seen.");
    const height = Math.min(panel.height, last.y + last.height - panel.y);
    await this.page.screenshot({ path, clip: { ...panel, height } });
  }

  /** Path of the notebook's file. */
  get path(): string {
    return join(this.#lab.folder, this.#file);
  }

  #toolbar(name: string): Locator {
    return this.page
      .locator(
        `.jp-NotebookPanel-toolbar [data-jp-item-name="${name}"] jp-button, .jp-NotebookPanel-toolbar [data-jp-item-name="${name}"] button`,
      )
      .first();
  }

  async #accept(): Promise<void> {
    await this.page.locator(".jp-Dialog .jp-mod-accept").click();
  }
}

let written = 0;

function newName(): string {
  written += 1;
  return `notebook-${written}.ipynb`;
}

/** A notebook as JupyterLab writes a new one. Source: nbformat 4.5. */
function notebookJson(cells: readonly string[], kernel: "tslab" | "python3"): string {
  const kernelspec =
    kernel === "tslab"
      ? { display_name: "TypeScript", language: "typescript", name: "tslab" }
      : { display_name: "Python 3 (ipykernel)", language: "python", name: "python3" };
  const written = cells.map((source, index) =>
    source.startsWith("# ")
      ? { cell_type: "markdown", id: `cell-${index}`, metadata: {}, source }
      : { cell_type: "code", id: `cell-${index}`, metadata: {}, source, outputs: [], execution_count: null },
  );
  return JSON.stringify({ cells: written, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 });
}
