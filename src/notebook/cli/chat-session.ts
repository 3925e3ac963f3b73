/** A chat in a terminal or a pipe: what is said with each line, and what a command in it does. */

import type { Answer } from "../client/answer.js";
import { cleanText, oneLine } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import { answerFooter } from "../displays/answer-view.js";
import type { Conversation } from "../lab/conversation.js";
import type { Lab } from "../lab/lab.js";

export interface ChatOutput {
  /** Text of the model, cleaned. */
  text(piece: string): void;
  /** A sentence of the chat's own. */
  note(sentence: string): void;
  /** What an answer cost. Only where a person looks on. */
  footer(words: string): void;
}

const help = [
  "/undo      takes the last turn back",
  "/clear     forgets everything said so far",
  "/model ID  loads another model; without ID it says which one is loaded",
  "/help      shows this",
  "Ctrl-C stops a reply. A second Ctrl-C, or Ctrl-D, ends the chat.",
].join("\n");

export class ChatSession {
  /** True once a turn failed. */
  hasFailed = false;
  readonly #lab: Lab;
  readonly #system: string | undefined;
  readonly #output: ChatOutput;
  #conversation: Conversation;
  #stopRunning: (() => void) | undefined;

  constructor(lab: Lab, system: string | undefined, output: ChatOutput) {
    this.#lab = lab;
    this.#system = system;
    this.#output = output;
    this.#conversation = lab.conversation(system);
  }

  /** Does what a line asks for, to its end. Does not fail: what went wrong is said. */
  async take(line: string): Promise<void> {
    const [, command, rest = ""] = /^\/([a-z]+)(?:\s+(.*))?$/i.exec(line.trim()) ?? [];
    try {
      if (command !== undefined) await this.#obey(command.toLowerCase(), rest.trim());
      else if (line.trim() !== "") await this.#say(line);
    } catch (error) {
      this.#report(error);
    } finally {
      this.#stopRunning = undefined;
    }
  }

  /** Stops what runs; false when nothing does. */
  stop(): boolean {
    const stop = this.#stopRunning;
    this.#stopRunning = undefined;
    stop?.();
    return stop !== undefined;
  }

  async #say(text: string): Promise<void> {
    const reply = this.#conversation.say(text);
    this.#stopRunning = () => reply.cancel();
    let answer: Answer;
    try {
      for await (const piece of reply) this.#output.text(cleanText(piece));
      answer = await reply;
    } finally {
      if (!reply.text.endsWith("\n")) this.#output.text("\n");
    }
    this.#output.footer(`— ${oneLine(answerFooter(answer), 300)}`);
    for (const warning of answer.warnings) this.#output.note(`! ${warning}`);
  }

  async #obey(command: string, rest: string): Promise<void> {
    const known: Readonly<Record<string, () => void | Promise<void>>> = {
      help: () => this.#output.note(help),
      undo: () => this.#undo(),
      clear: () => {
        this.#conversation = this.#lab.conversation(this.#system);
        this.#output.note("Everything said so far is forgotten.");
      },
      model: () => this.#changeModel(rest),
    };
    const act = Object.hasOwn(known, command) ? known[command] : undefined;
    if (act) await act();
    else this.#output.note(`There is no command "/${command}". /help shows what there is.`);
  }

  #undo(): void {
    const said = this.#conversation.undo();
    this.#output.note(said === undefined ? "There is no turn to take back." : `Taken back: ${oneLine(said, 200)}`);
  }

  async #changeModel(id: string): Promise<void> {
    if (id === "") {
      this.#output.note((await this.#lab.health()).model ?? "No model is loaded.");
      return;
    }
    const ending = new AbortController();
    this.#stopRunning = () => ending.abort();
    this.#output.note(`Loading ${id} …`);
    try {
      const model = await this.#lab.models.load(id, { signal: ending.signal });
      this.#output.note(`${model.id} is loaded; what was said so far stays.`);
    } catch (error) {
      if (!ending.signal.aborted) throw error;
      this.#output.note(`The load of ${id} was given up; /model says which model answers.`);
    }
  }

  #report(error: unknown): void {
    if (!(error instanceof LabRequestError)) throw error;
    if (error.code === "request_cancelled") {
      this.#output.note("Stopped; this turn is forgotten. Ctrl-C again, or Ctrl-D, ends the chat.");
      return;
    }
    this.hasFailed = true;
    this.#output.note(error.message);
  }
}
