/** A chat that remembers what was said. */
import type { ChatMessage } from "../../server/wire/generation.js";
import type { Answer } from "../client/answer.js";
import type { Connection } from "../client/connection.js";
import type { Reply, StreamingReply } from "../client/reply.js";
import { LabRequestError } from "../client/request-error.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";
import { askToAnswer, type GenerateOptions } from "./ask.js";

/** A chat that remembers: each turn is asked with everything before it. */
export interface Conversation {
  /** What was said so far, oldest first, the system message included. A copy. */
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
function turnOf({ text, reasoning }: Answer): ChatMessage {
  return { role: "assistant", content: text, ...(reasoning !== null && { reasoning_content: reasoning }) };
}

export class LabConversation implements Conversation {
  readonly #connection: Connection;
  readonly #messages: ChatMessage[] = [];
  #running: StreamingReply | undefined;

  constructor(connection: Connection, system: string | undefined) {
    this.#connection = connection;
    if (system !== undefined) this.#messages.push({ role: "system", content: system });
  }

  get history(): ChatMessage[] {
    return this.#messages.map((message) => ({ ...message }));
  }

  say(text: string, options?: GenerateOptions): Reply {
    return this.#ask(text, options);
  }

  show(text: string, options?: GenerateOptions): Reply {
    return streamIntoCell(this.#ask(text, options));
  }

  undo(): string | undefined {
    this.#refuseWhileRunning();
    const last = this.#messages.findLastIndex((message) => message.role === "user");
    return last === -1 ? undefined : this.#messages.splice(last)[0]?.content;
  }

  #ask(text: string, options: GenerateOptions | undefined): StreamingReply {
    this.#refuseWhileRunning();
    const said: ChatMessage = { role: "user", content: text };
    const reply = askToAnswer(this.#connection, [...this.#messages, said], options);
    reply.onEnd((end) => {
      if (end.state === "done") this.#messages.push(said, turnOf(end.value));
    });
    this.#running = reply;
    return reply;
  }

  #refuseWhileRunning(): void {
    if (this.#running?.state !== "running") return;
    throw new LabRequestError(
      "conversation_busy",
      "The last turn of this conversation is still being answered. Await its reply, or cancel it.",
    );
  }
}
