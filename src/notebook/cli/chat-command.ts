/** `locallab chat`. */
import { createInterface, type Interface, type ReadLineOptions } from "node:readline";
import { cleanText } from "../client/clean-text.js";
import { ChatSession } from "./chat-session.js";
import { type CommandSpec, labName } from "./command-line.js";
import { generationFlags, readGenerationFlags } from "./generation-flags.js";
import { type OpenedLab, openLab } from "./open-lab.js";
import { exitCodes, performCommand } from "./perform-command.js";
import { standardOutput } from "./print-reply.js";
import { terminal } from "./terminal.js";
import { TurnReader } from "./turn-reader.js";

const spec: CommandSpec = {
  name: "chat",
  usage: ["chat [flags]", "chat [flags] < questions.txt"],
  about: [
    "Talks with a lab's model; starts a lab if none runs. Ctrl-C stops a reply, a second Ctrl-C or Ctrl-D ends the chat.",
    "In the chat: /set NAME VALUE, /undo, /clear, /model ID, /save FILE, /exit, /help.",
    "From a pipe each line is one turn, and only replies go to stdout.",
    "Exit code: 0, or 1 when a turn from a pipe failed.",
  ],
  flags: {
    name: ["NAME", 'Name of the lab. Default: the one that runs, else a new one called "default".'],
    model: ["ID", "Id of the model to load. Default: the loaded one."],
    system: ["TEXT", "Instructions that stand before everything. Default: none."],
    url: ["URL", "Address of a lab elsewhere; its key is read from LOCALLAB_API_KEY."],
    ...generationFlags,
  },
  heedsInterrupt: true,
};

const note = (sentence: string): void => console.error(cleanText(sentence));

const isInteractive = (): boolean => process.stdin.isTTY === true && process.stdout.isTTY === true;

export function chatCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const options = readGenerationFlags(spec, line);
    const opened = await openUninterrupted({
      name: labName(line),
      model: line.flag("model"),
      url: line.flag("url"),
      signal: new AbortController().signal,
    });
    const { dim } = terminal(process.stdout);
    const session = new ChatSession(
      opened,
      { system: line.flag("system"), options },
      { ...standardOutput(), note, footer: (words) => isInteractive() && console.log(dim(words)) },
    );
    if (isInteractive()) greet(opened);
    const code = await talk(session);
    await opened.close();
    return code;
  });
}

/** Until there is something to stop, Ctrl-C ends the program. */
async function openUninterrupted(wanted: Parameters<typeof openLab>[0]): Promise<OpenedLab> {
  const leave = (): never => process.exit(exitCodes.interrupted);
  process.on("SIGINT", leave);
  try {
    return await openLab(wanted, note);
  } finally {
    process.off("SIGINT", leave);
  }
}

function greet({ model, lab }: OpenedLab): void {
  const who = model === null ? "No model is loaded: /model ID loads one." : `${model} at ${lab.url}.`;
  note(`${who} /help shows the commands, Ctrl-D ends the chat.`);
}

/** What a reader of lines needs to be a line editor with a history. */
const screen = (): Pick<ReadLineOptions, "output" | "terminal"> =>
  isInteractive() ? { output: process.stdout, terminal: terminal(process.stdout).isRewritable } : {};

async function talk(session: ChatSession): Promise<number> {
  const reader = createInterface({ input: process.stdin, ...screen() });
  const turns = new TurnReader();
  const end = new ChatEnd(reader, session, turns);
  // on a terminal the reader sees Ctrl-C as a key, elsewhere the process gets a signal
  reader.on("SIGINT", () => end.interrupt());
  const onSignal = (): void => end.interrupt();
  process.on("SIGINT", onSignal);
  try {
    end.prompt();
    for await (const line of reader) {
      if (end.isOver) break;
      end.goOn();
      const turn = turns.take(line);
      if (turn !== undefined) await session.take(turn);
      if (session.isOver) break;
      end.prompt();
    }
    // a pipe that ended within a turn
    if (!isInteractive() && !end.isOver) await session.take(turns.end() ?? "");
  } finally {
    process.off("SIGINT", onSignal);
    reader.close();
  }
  // the shell's prompt begins on a line of its own
  if (isInteractive() && !session.isOver) console.log();
  return end.isOver ? exitCodes.interrupted : exitCodeOf(session);
}

/** A person has seen which turn failed; a program wants to know that one did. */
const exitCodeOf = ({ hasFailed }: ChatSession): number =>
  hasFailed && !isInteractive() ? exitCodes.failed : exitCodes.good;

/** When a chat is over: at the end of its input, or at a Ctrl-C that has no reply to stop. */
class ChatEnd {
  /** True after the Ctrl-C that ended it. */
  isOver = false;
  readonly #reader: Interface;
  readonly #session: ChatSession;
  readonly #turns: TurnReader;
  #isWarned = false;
  #isClosed = false;

  constructor(reader: Interface, session: ChatSession, turns: TurnReader) {
    this.#reader = reader;
    this.#session = session;
    this.#turns = turns;
    reader.once("close", () => {
      this.#isClosed = true;
    });
  }

  /** The person said something: the next Ctrl-C is a first one again. */
  goOn(): void {
    this.#isWarned = false;
  }

  prompt(): void {
    if (!isInteractive() || this.#isClosed) return;
    this.#reader.setPrompt(this.#turns.isOpen ? "… " : "› ");
    this.#reader.prompt();
  }

  interrupt(): void {
    if (this.#session.stop()) {
      this.#isWarned = true;
      return;
    }
    const hasText = this.#reader.line !== "";
    if (isInteractive() && hasText) this.#reader.write(null, { ctrl: true, name: "u" });
    else if (isInteractive() && this.#turns.isOpen) this.#dropTurn();
    else if (isInteractive() && !this.#isWarned) this.#warn();
    else this.#leave();
  }

  #dropTurn(): void {
    this.#turns.drop();
    note("\nThe lines you began are dropped.");
    this.prompt();
  }

  #warn(): void {
    this.#isWarned = true;
    note("\nCtrl-C again, or Ctrl-D, ends the chat.");
    this.prompt();
  }

  #leave(): void {
    this.isOver = true;
    this.#reader.close();
  }
}
