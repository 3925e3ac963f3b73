/** One cell as a person sees it: its prompt, what it put out, and where one types. */
import { expect } from "chai";
import type { Locator } from "playwright-core";
import { until } from "../../support/until.js";

/** Milliseconds a cell may take on a busy machine, if nothing else is said. */
const cellTimeoutMs = 60_000;

export class CellView {
  readonly #root: Locator;

  constructor(root: Locator) {
    this.#root = root;
  }

  /** Where its text is typed. */
  get editor(): Locator {
    return this.#root.locator(".cm-content");
  }

  /** All that it put out. */
  get output(): Locator {
    return this.#root.locator(".jp-Cell-outputArea");
  }

  /** Its outputs, one each. */
  get outputs(): Locator {
    return this.#root.locator(".jp-OutputArea-output");
  }

  /** The text of the outputs as it stands on the page; empty when there is none. */
  async text(): Promise<string> {
    return (await this.outputs.allInnerTexts()).join("\n");
  }

  /** What stands left of the code: "[ ]:", "[*]:" while it runs, "[3]:" afterwards. */
  async prompt(): Promise<string> {
    return ((await this.#root.locator(".jp-InputPrompt").textContent()) ?? "").trim();
  }

  /** Width and height of each output, in whole pixels. */
  async sizes(): Promise<string[]> {
    const boxes = await Promise.all((await this.outputs.all()).map((output) => output.boundingBox()));
    return boxes.map((box) => `${Math.round(box?.width ?? 0)} × ${Math.round(box?.height ?? 0)}`);
  }

  /** Scrolls it into view. */
  async show(): Promise<void> {
    await this.#root.scrollIntoViewIfNeeded();
  }

  /** Scrolls until it is the first that is seen. */
  async showAtTop(): Promise<void> {
    await this.#root.evaluate((cell) => (cell as unknown as { scrollIntoView(): void }).scrollIntoView());
  }

  /** Waits until the outputs say so, and gives the text that did. */
  async says(pattern: RegExp | string, timeoutMs = cellTimeoutMs): Promise<string> {
    const holds = (text: string): boolean =>
      typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
    let text = "";
    const end = performance.now() + timeoutMs;
    while (!holds(text)) {
      if (performance.now() > end) expect.fail(`The cell does not say ${pattern} within ${timeoutMs} ms but:\n${text}`);
      await this.#root.page().waitForTimeout(30);
      text = await this.text();
    }
    return text;
  }

  /** Waits until it has run, and gives what it then says. */
  async ended(timeoutMs = cellTimeoutMs): Promise<string> {
    await until(async () => /^\[\d+\]:$/.test(await this.prompt()), timeoutMs);
    // the last outputs are drawn in the next frames
    await this.#root.page().waitForTimeout(200);
    return this.text();
  }

  /** Collects each text that the outputs go through, until the cell has ended. */
  async states(timeoutMs = cellTimeoutMs): Promise<string[]> {
    const states: string[] = [];
    const look = async (): Promise<void> => {
      const text = await this.text();
      if (text !== states.at(-1)) states.push(text);
    };
    await until(async () => {
      await look();
      return /^\[\d+\]:$/.test(await this.prompt());
    }, timeoutMs);
    await this.#root.page().waitForTimeout(200);
    await look();
    return states;
  }

  /** Opens or closes the fold with this title. */
  async toggleFold(title: string | RegExp): Promise<void> {
    await this.output.locator("summary", { hasText: title }).first().click();
  }

  /** Whether the fold with this title is open. */
  async isFoldOpen(title: string | RegExp): Promise<boolean> {
    const fold = this.output.locator("details", { has: this.#root.page().locator("summary", { hasText: title }) });
    return (await fold.first().getAttribute("open")) !== null;
  }
}
