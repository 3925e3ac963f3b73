/** How other programs use a lab: code to copy, in one fold that no change of the lab closes. */
import { html } from "./html.js";
import { codeBlock, fold, line } from "./parts.js";
import type { Snippet } from "./sdk-snippets.js";
import type { View } from "./view.js";

/** `id` tells folds of several labs in one notebook apart, for who cannot see them. */
export const usageView = (snippets: readonly Snippet[], id: string): View => {
  const titles = snippets.map(({ title }) => title).join(", ");
  return {
    html: () =>
      line(
        fold(
          html`Use it from … <span style="opacity:0.75">${titles}</span>`,
          snippets.map(
            ({ title, code }) =>
              html`<div style="margin-top:6px">${title}</div>${codeBlock(code, `Code for ${title}, ${id}`)}`,
          ),
        ),
      ),
    text: () => `Use it from ${titles}:\n${snippets.map(({ title, code }) => `\n# ${title}\n${code}`).join("\n")}`,
  };
};
