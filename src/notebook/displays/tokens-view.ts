/** How a text looks as the model reads it: token by token, special ones marked, the id of each on hover. */
import { cleanText } from "../client/clean-text.js";
import type { Token, TokenList } from "../client/token-list.js";
import { type Html, html } from "./html.js";
import { aside, breaking, card, dotted } from "./parts.js";
import { countText } from "./units.js";
import type { View } from "./view.js";

/** Tokens that are shown; a page of more is slow to scroll. */
const mostShown = 4000;

/** Two shades in turns, so that it is seen where one token ends. */
const shades = ["rgba(128,128,128,0.10)", "rgba(128,128,128,0.22)"] as const;
const specialStyle = "background:rgba(59,130,246,0.25);border-radius:3px;font-weight:600";

export function tokensView(list: TokenList): View {
  const shown = list.tokens.slice(0, mostShown);
  const specials = list.tokens.filter((token) => token.special).length;
  const notes = [countText(list.tokens.length, "token"), specials > 0 && `${specials} of them special`];
  const footer = dotted(...notes);
  const rest = list.tokens.length - shown.length;
  const more = rest > 0 ? `… and ${countText(rest, "more token")}` : "";
  return {
    html: () =>
      card(
        html`<div style="white-space:pre-wrap;${breaking};font-family:ui-monospace,monospace;font-size:0.92em;line-height:1.7">${shown.map(tokenHtml)}${more}</div>`,
        aside(footer),
      ),
    text: () => cleanText(`${shown.map(tokenText).join("")}${more}\n— ${footer}`),
  };
}

function tokenHtml(token: Token, index: number): Html {
  const style = token.special ? specialStyle : `background:${shades[index % 2]}`;
  return html`<span title="${token.special ? `special token ${token.id}` : `token ${token.id}`}" style="${style}">${visible(token)}</span>`;
}

/** Special tokens stand between ⟦ and ⟧, where no colour can tell. */
const tokenText = (token: Token): string => (token.special ? `⟦${visible(token)}⟧` : token.text);

/** A line end is seen as one and still ends the line; a token without text is shown by its number. */
const visible = ({ text, id }: Token): string => (text === "" ? `#${id}` : text.replaceAll("\n", "↵\n"));
