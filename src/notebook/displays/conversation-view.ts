/** How a conversation looks: who said what, as a chat. */
import type { ChatMessage } from "../../server/wire/generation.js";
import type { AnswerData } from "../client/answer.js";
import { cleanText } from "../client/clean-text.js";
import { answerFooter, inline, paragraphs, small, thoughtsInMarkdown } from "./answer-view.js";
import { html } from "./html.js";
import { aside, line, prose } from "./parts.js";
import { safeMarkdown } from "./safe-markdown.js";
import type { View } from "./view.js";

/** One thing that was said; what an answer cost, where that is known. */
export interface SaidTurn {
  readonly message: ChatMessage;
  readonly answer?: AnswerData;
}

const speakers: Readonly<Record<ChatMessage["role"], string>> = {
  system: "Instructions",
  user: "You",
  assistant: "Model",
  tool: "Tool",
};

const nothing = 'Nothing was said yet: await talk.show("Hello");';

/** The whole chat, oldest first; `running` is what was said and is being answered. */
export function conversationView(turns: readonly SaidTurn[], running?: SaidTurn): View {
  const all = running === undefined ? turns : [...turns, running];
  const state = running && "it is being answered";
  if (all.length === 0) return { html: () => line(aside(nothing)), text: () => nothing };
  return {
    html: () =>
      html`${line(
        all.map(({ message }) => html`<div><b>${speakers[message.role]}</b>${prose(message.content.trim())}</div>`),
        state && aside(state),
      )}`,
    text: () =>
      cleanText(
        [
          ...all.map(({ message }) => `${speakers[message.role]}: ${message.content.trim()}`),
          ...(state === undefined ? [] : [`— ${state}`]),
        ].join("\n\n"),
      ),
    markdown: () => paragraphs(...all.flatMap(turnInMarkdown), state !== undefined && small(state)),
  };
}

/** Who speaks, what the model thought and said, and what that cost, folded. */
function turnInMarkdown({ message, answer }: SaidTurn): (string | false)[] {
  const { role, content, reasoning_content } = message;
  const thoughts = typeof reasoning_content === "string" && reasoning_content !== "";
  const said = safeMarkdown(content) || "–";
  const name = `**${speakers[role]}**`;
  // a paragraph may begin right below the name; tables, lists and code want a blank line
  const isParagraph = /^[\p{L}\p{N}"'(“‘¿¡*–]/u.test(said) && !/^\d{1,9}[.)]\s|^\*\s/.test(said);
  const spoken =
    isParagraph && !thoughts ? [`${name}  \n${said}`] : [name, thoughts && thoughtsInMarkdown(reasoning_content), said];
  return [
    ...spoken,
    answer !== undefined &&
      `<details><summary><small>Numbers</small></summary>\n\n${small(inline(answerFooter(answer)))}\n\n</details>`,
  ];
}
