/** Conversations in the form that a template takes which does not take them as they are. */
import type { Message } from "../engine/request.js";

/**
 * Instructions in front of the words of the user that follow them, with a line end between, as llama.cpp does for
 * templates that know no system role. Where none follow they are said by the user.
 *
 * Several in a row become one text with `joins`; without, they stay where they are, as they do in llama.cpp.
 */
export function systemIntoUser(messages: readonly Message[], joins: boolean): readonly Message[] {
  const result: Message[] = [];
  let waiting: Message[] = [];
  for (const message of messages) {
    if (message.role === "system") {
      waiting.push(message);
      continue;
    }
    result.push(...besideInstructions(waiting, message, joins));
    waiting = [];
  }
  return [...result, ...besideInstructions(waiting, undefined, joins)];
}

function besideInstructions(instructions: readonly Message[], next: Message | undefined, joins: boolean): Message[] {
  const behind = next === undefined ? [] : [next];
  if (!joins && instructions.length > 1) return [...instructions, ...behind];
  const text = instructions
    .map(({ content }) => content)
    .filter((content) => content !== "")
    .join("\n\n");
  if (text === "") return behind;
  if (next?.role !== "user") return [{ role: "user", content: text }, ...behind];
  return [{ role: "user", content: `${text}\n${next.content}` }];
}

/** Turns of one role in a row as one turn, with an empty line between; those with calls and results stay apart. */
export function joinNeighbours<Turn extends Pick<Message, "role" | "content"> & { readonly tool_calls?: unknown }>(
  messages: readonly Turn[],
): readonly Turn[] {
  const result: Turn[] = [];
  for (const message of messages) {
    const last = result.at(-1);
    const isOneMatter = message.role !== "tool" && last?.tool_calls === undefined && message.tool_calls === undefined;
    if (last?.role !== message.role || !isOneMatter) result.push(message);
    else result.splice(-1, 1, { ...last, content: `${last.content}\n\n${message.content}` });
  }
  return result;
}
