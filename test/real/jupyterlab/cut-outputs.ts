/** Outputs of a page that are wider than their place: their right end is not on the screen. */
import type { Page } from "playwright-core";

/** Runs in the page, so it is text: this project's types are Node's. */
const script = `
  [...document.querySelectorAll(".jp-Notebook .jp-OutputArea-output")].flatMap((output) => {
    const edge = output.getBoundingClientRect().right + 1;
    const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
    const isWithinScroller = (element) => {
      for (let at = element.parentElement; at !== null && at !== output; at = at.parentElement)
        if (scrolls(at)) return true;
      return false;
    };
    return [...output.querySelectorAll("*")]
      .filter((element) => element.getBoundingClientRect().right > edge && !isWithinScroller(element))
      .slice(0, 1)
      .map((element) => element.tagName + ": " + element.textContent.trim().slice(0, 60));
  })`;

/** One line for each output that hangs over its cell; what scrolls by itself does not. */
export async function cutOutputs(page: Page): Promise<string[]> {
  return (await page.evaluate(script)) as string[];
}
