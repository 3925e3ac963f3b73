/** A chat that remembers what was said. */
import type { ChatMessage } from "../../server/wire/generation.js";
import type { Answer } from "../client/answer.js";
import type { Reply, StreamingReply } from "../client/reply.js";
import { LabRequestError } from "../client/request-error.js";
import { conversationView, type SaidTurn } from "../displays/conversation-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";
import { type Asking, askToAnswer, type GenerateOptions } from "./ask.js";

/** A chat that remembers: each turn is asked with everything before it. Shows itself as a chat. */
export interface Conversation {
  /** What was said so far, oldest first, the system message included. A copy. Shows itself as a chat. */
  readonly history: ChatMessage[];
  /**
   * Says something and gives the reply under way. Once it ended well, both turns stand in `history`; a cancelled or
   * failed turn leaves no trace. One turn at a time: code `conversation_busy` while another is being answered.
   */
  say(text: string, options?: GenerateOptions): Reply;
  /** As `say`, streaming into the cell's own output. */
  show(text: string, options?: GenerateOptions): Reply;
  /** Takes the last turn back, what was said and its answer, and returns what was said; undefined when there is none. */
  undo(): string | undefined;
}

/** The answer as a turn of the conversation. Its thoughts go back with it: the model's template decides about them. */
function turnOf({ text, reasoning, tool_calls }: Answer): ChatMessage {
  const thought = reasoning !== null && { reasoning_content: reasoning };
  return { role: "assistant", content: text, ...thought, ...(tool_calls !== undefined && { tool_calls }) };
}

export class LabConversation implements Conversation {
  readonly #asking: () => Asking;
  readonly #turns: SaidTurn[] = [];
  #running: StreamingReply | undefined;
  #said: SaidTurn | undefined;

  /** `asking` gives whom to ask now: the lab may have been started again since the last turn. */
  constructor(asking: () => Asking, system: string | undefined) {
    this.#asking = asking;
    if (system !== undefined) this.#turns.push({ message: { role: "system", content: system } });
    selfDisplaying(this, () => conversationView(this.#turns, this.#isRunning ? this.#said : undefined));
  }

  get history(): ChatMessage[] {
    const messages = this.#turns.map(({ message }) => ({ ...message }));
    return selfDisplaying(messages, () => conversationView(messages.map((message) => ({ message }))));
  }

  say(text: string, options?: GenerateOptions): Reply {
    return this.#ask(text, options);
  }

  show(text: string, options?: GenerateOptions): Reply {
    return streamIntoCell(this.#ask(text, options));
  }

  undo(): string | undefined {
    this.#refuseWhileRunning();
    const last = this.#turns.findLastIndex(({ message }) => message.role === "user");
    return last === -1 ? undefined : this.#turns.splice(last)[0]?.message.content;
  }

  get #isRunning(): boolean {
    return this.#running?.state === "running";
  }

  #ask(text: string, options: GenerateOptions | undefined): StreamingReply {
    this.#refuseWhileRunning();
    const said: ChatMessage = { role: "user", content: text };
    const before = this.#turns.map(({ message }) => message);
    const reply = askToAnswer(this.#asking(), [...before, said], options);
    reply.onEnd((end) => {
      if (end.state === "done") this.#turns.push({ message: said }, { message: turnOf(end.value), answer: end.value });
    });
    this.#running = reply;
    this.#said = { message: said };
    return reply;
  }

  #refuseWhileRunning(): void {
    if (!this.#isRunning) return;
    throw new LabRequestError(
      "conversation_busy",
      "The last turn of this conversation is still being answered. Await its reply, or cancel it.",
    );
  }
}
