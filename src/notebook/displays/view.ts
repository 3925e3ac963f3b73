/** How a value looks, in each form that a notebook, its exports or a terminal may want. */
import { type Html, html } from "./html.js";

/** Every form says the same; a front end takes the best one it can show. */
export interface View {
  html(): Html;
  /** Plain text without a line end; what a model or server wrote is cleaned in it. */
  text(): string;
  /** Markdown in the place of HTML, for what is written in it: the front end renders and sanitises it. */
  markdown?(): string;
}

/** One output by MIME type, as Jupyter's `display_data` has it. `text/plain` is always there. */
export type ViewBundle = Readonly<Record<string, string>> & { readonly "text/plain": string };

/** All forms of a view in one output: what a notebook is saved with, so that GitHub, a diff and nbconvert can read it. */
export const bundleOf = (view: View): ViewBundle =>
  view.markdown
    ? { "text/markdown": view.markdown(), "text/plain": view.text() }
    : { "text/html": view.html().source, "text/plain": view.text() };

/** Nothing to see: the place of something that is over. */
export const emptyView: View = { html: () => html``, text: () => "" };
