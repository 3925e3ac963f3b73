/** What was said in a chat, as a file. Pure. */
import type { ChatMessage } from "../../server/wire/generation.js";

const speakers: Readonly<Record<ChatMessage["role"], string>> = {
  system: "Instructions",
  user: "You",
  assistant: "Model",
  tool: "Tool",
};

/** Markdown with a heading for each turn; for a path that ends in ".json" the messages as `POST /chat` takes them. */
export function transcript(messages: readonly ChatMessage[], path: string): string {
  if (/\.json$/i.test(path)) return `${JSON.stringify(messages, null, 2)}\n`;
  const turns = messages.map(({ role, content, reasoning_content: thoughts }) => {
    const thought = thoughts ? `> ${thoughts.trim().replaceAll("\n", "\n> ")}\n\n` : "";
    return `## ${speakers[role]}\n\n${thought}${content.trim()}\n`;
  });
  return turns.join("\n");
}
