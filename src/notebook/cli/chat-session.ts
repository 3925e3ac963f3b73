/** A chat in a terminal or a pipe: what is said with each turn, and what a command in it does. */
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { messageOf } from "../../server/async/message-of.js";
import { absolutePath } from "../../server/state/absolute-path.js";
import { nearestWord } from "../../server/text/slips.js";
import type { ChatMessage } from "../../server/wire/generation.js";
import type { Answer } from "../client/answer.js";
import { oneLine } from "../client/clean-text.js";
import { LabRequestError } from "../client/request-error.js";
import { answerFooter } from "../displays/answer-view.js";
import type { GenerateOptions } from "../lab/ask.js";
import { setOption, waitSecondsOf } from "./generation-flags.js";
import { showLoadProgress } from "./load-progress.js";
import { noModelError, type OpenedLab } from "./open-lab.js";
import { terminalWords } from "./perform-command.js";
import { printReply, type ReplyOutput } from "./print-reply.js";
import { transcript } from "./transcript.js";

export interface ChatOutput extends ReplyOutput {
  /** A sentence of the chat's own. */
  note(sentence: string): void;
  /** What an answer cost. Only where a person looks on. */
  footer(words: string): void;
}

/** What a chat begins with. */
export interface ChatStart {
  readonly system: string | undefined;
  readonly options: GenerateOptions;
}

const help = [
  "/set NAME VALUE  changes an option: /set temperature 0.2; /set shows them, the value default takes one back",
  "/undo            takes the last turn back",
  "/clear           forgets everything said so far",
  "/model ID        loads another model; without ID it says which one is loaded",
  "/save FILE       writes what was said into a new file, as Markdown, or as messages where it ends in .json",
  "/exit            ends the chat; /help shows this",
  'Several lines: begin and end them with """, or end a line with \\.',
  "Ctrl-C stops a reply; what was said of it stays. A second Ctrl-C, or Ctrl-D, ends the chat.",
].join("\n");

export class ChatSession {
  /** True once a turn failed. */
  hasFailed = false;
  /** True once the person said that it is enough. */
  isOver = false;
  readonly #opened: OpenedLab;
  readonly #output: ChatOutput;
  readonly #system: readonly ChatMessage[];
  #messages: ChatMessage[] = [];
  #options: GenerateOptions;
  #stopRunning: (() => void) | undefined;

  constructor(opened: OpenedLab, { system, options }: ChatStart, output: ChatOutput) {
    this.#opened = opened;
    this.#output = output;
    this.#options = options;
    this.#system = system === undefined ? [] : [{ role: "system", content: system }];
  }

  /** Does what a turn asks for, to its end. Does not fail: what went wrong is said. */
  async take(turn: string): Promise<void> {
    const [, command, rest = ""] = /^\/([a-z]+)(?:\s+(.*))?$/is.exec(turn.trim()) ?? [];
    try {
      if (command !== undefined) await this.#obey(command.toLowerCase(), rest.trim());
      else if (turn.trim() !== "") await this.#say(turn);
    } catch (error) {
      await this.#report(error);
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
    const said: ChatMessage = { role: "user", content: text };
    const options = { ...this.#options, waitSeconds: waitSecondsOf(this.#options) };
    const reply = this.#opened.lab.chat([...this.#system, ...this.#messages, said], options);
    this.#stopRunning = () => reply.cancel();
    let answer: Answer;
    try {
      answer = await printReply(reply, this.#output, this.#opened.connection, this.#output.note);
    } catch (error) {
      if (reply.state !== "cancelled") throw error;
      this.#keepStopped(said, reply.text);
      return;
    }
    const { text: content, reasoning } = answer;
    // its thoughts go back with it: the model's template decides about them
    const thoughts = reasoning === null ? {} : { reasoning_content: reasoning };
    this.#messages.push(said, { role: "assistant", content, ...thoughts });
    this.#output.footer(`— ${oneLine(answerFooter(answer), 300)}`);
    for (const warning of answer.warnings) this.#output.note(`! ${warning}`);
  }

  #keepStopped(said: ChatMessage, text: string): void {
    if (text.trim() === "") {
      this.#output.note("Stopped before it said anything; this turn is forgotten.");
      return;
    }
    this.#messages.push(said, { role: "assistant", content: text });
    this.#output.note("Stopped; what was said so far stays in the chat (/undo takes it back).");
  }

  async #obey(command: string, rest: string): Promise<void> {
    const known: Readonly<Record<string, () => void | Promise<void>>> = {
      help: () => this.#output.note(help),
      set: () => this.#set(rest),
      undo: () => this.#undo(),
      clear: () => {
        this.#messages = [];
        this.#output.note("Everything said so far is forgotten.");
      },
      model: () => this.#changeModel(rest),
      save: () => this.#save(rest),
      exit: () => {
        this.isOver = true;
      },
    };
    const asExit = command === "quit" || command === "bye" ? "exit" : command;
    const act = Object.hasOwn(known, asExit) ? known[asExit] : undefined;
    if (act) return act();
    const meant = nearestWord(command, Object.keys(known));
    const hint = meant === undefined ? "" : ` Did you mean /${meant}?`;
    this.#output.note(`There is no command "/${command}".${hint} /help shows what there is.`);
  }

  #set(rest: string): void {
    const [, name = "", text = ""] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
    const outcome = setOption(this.#options, name, text);
    if ("options" in outcome) this.#options = outcome.options;
    this.#output.note("said" in outcome ? outcome.said : outcome.refused);
  }

  #undo(): void {
    const last = this.#messages.findLastIndex(({ role }) => role === "user");
    const [said] = last === -1 ? [] : this.#messages.splice(last);
    this.#output.note(
      said === undefined ? "There is no turn to take back." : `Taken back: ${oneLine(said.content, 200)}`,
    );
  }

  async #save(name: string): Promise<void> {
    if (name === "") return this.#output.note("/save wants the name of a file: /save chat.md");
    const path = absolutePath(name);
    try {
      // a file that is there may be somebody's only copy
      await writeFile(path, transcript([...this.#system, ...this.#messages], path), { flag: "wx", mode: 0o600 });
      this.#output.note(`Saved in ${path}.`);
    } catch (error) {
      this.#output.note(`Not saved: ${whyNotWritten(error, path)}.`);
    }
  }

  async #changeModel(id: string): Promise<void> {
    const { lab, connection } = this.#opened;
    if (id === "") return this.#output.note((await lab.health()).model ?? "No model is loaded.");
    const ending = new AbortController();
    this.#stopRunning = () => ending.abort();
    const progress = showLoadProgress(connection, this.#output.note);
    try {
      const model = await lab.models.load(id, { signal: ending.signal });
      progress.end();
      this.#output.note(`${model.id} is loaded; what was said so far stays.`);
    } catch (error) {
      if (!ending.signal.aborted) throw error;
      this.#output.note(`The load of ${id} was given up; /model says which model answers.`);
    } finally {
      progress.end();
    }
  }

  async #report(error: unknown): Promise<void> {
    if (!(error instanceof LabRequestError)) throw error;
    this.hasFailed = true;
    const told = error.code === "no_model_loaded" ? await this.#withIds(error) : error;
    this.#output.note(terminalWords(told));
  }

  /** The ids there are, where the lab still tells them. */
  #withIds(error: LabRequestError): Promise<LabRequestError> {
    return noModelError(this.#opened, "Load one: /model ID.").catch(() => error);
  }
}

/** Why a file could not be written, in a person's words. */
function whyNotWritten(error: unknown, path: string): string {
  const reasons: Readonly<Record<string, string>> = {
    EEXIST: `${path} is there already: choose another name`,
    ENOENT: `there is no folder ${dirname(path)}`,
    ENOTDIR: `${dirname(path)} is no folder`,
    EISDIR: `${path} is a folder`,
    EACCES: `you may not write in ${dirname(path)}`,
    EROFS: `${dirname(path)} can only be read`,
    ENOSPC: "the disk is full",
  };
  return reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? messageOf(error);
}
