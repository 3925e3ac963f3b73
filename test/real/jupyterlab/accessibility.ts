/** Rules of accessibility, tried on what the cells of a page show. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** One line for each breach that axe finds in the outputs of the open notebook: rule, and the element's HTML. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: rules } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await rules.run({ include: [".jp-Notebook .jp-OutputArea-output"] });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  });
}
