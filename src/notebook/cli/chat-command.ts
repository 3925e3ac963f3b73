/** `locallab chat`. */
import { createInterface, type Interface } from "node:readline";
import { cleanText } from "../client/clean-text.js";
import { ChatSession } from "./chat-session.js";
import { type CommandSpec, labName } from "./command-line.js";
import { openLab } from "./open-lab.js";
import { exitCodes, performCommand } from "./perform-command.js";
import { terminal } from "./terminal.js";

const spec: CommandSpec = {
  name: "chat",
  usage: ["chat [flags]", "chat [flags] < questions.txt"],
  about: [
    "Talks with a lab's model; starts a lab if none runs. Ctrl-C stops a reply, a second Ctrl-C or Ctrl-D ends the chat.",
    "In the chat: /undo, /clear, /model ID, /help. From a pipe each line is one turn, and only replies go to stdout.",
    "Exit code: 0, or 1 when a turn failed.",
  ],
  flags: {
    name: ["NAME", "Name of the lab. Default: default."],
    model: ["ID", "Id of the model to load. Default: the loaded one."],
    system: ["TEXT", "Instructions that stand before everything. Default: none."],
    url: ["URL", "Address of a lab elsewhere; its key is read from LOCALLAB_API_KEY."],
  },
};

/** Exit code of a program that SIGINT ended: 128 + 2, as shells have it. */
const interruptedCode = 130;

const note = (sentence: string): void => console.error(cleanText(sentence));

export function chatCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, async (line) => {
    const wanted = { name: labName(line) ?? "default", model: line.flag("model"), url: line.flag("url") };
    const lab = await openLab(wanted, note);
    const { dim } = terminal(process.stdout);
    const isInteractive = process.stdin.isTTY === true && process.stdout.isTTY === true;
    const session = new ChatSession(lab, line.flag("system"), {
      text: (piece) => process.stdout.write(piece),
      note,
      footer: (words) => isInteractive && console.log(dim(words)),
    });
    if (isInteractive) note(`${(await lab.health()).model ?? "No model"} at ${lab.url}. /help shows the commands.`);
    const code = await talk(session, isInteractive);
    if (wanted.url !== undefined) await lab.stop();
    return code;
  });
}

async function talk(session: ChatSession, isInteractive: boolean): Promise<number> {
  const { isRewritable } = terminal(process.stdout);
  const reader = createInterface({
    input: process.stdin,
    ...(isInteractive && { output: process.stdout, terminal: isRewritable, prompt: "› " }),
  });
  const end = new ChatEnd(reader, session, isInteractive);
  // on a terminal the reader sees Ctrl-C as a key, elsewhere the process gets a signal
  reader.on("SIGINT", () => end.interrupt());
  const onSignal = (): void => end.interrupt();
  process.on("SIGINT", onSignal);
  try {
    end.prompt();
    for await (const line of reader) {
      if (end.isOver) break;
      end.goOn();
      await session.take(line);
      end.prompt();
    }
  } finally {
    process.off("SIGINT", onSignal);
    reader.close();
  }
  // the shell's prompt begins on a line of its own
  if (isInteractive) console.log();
  if (end.wasKilled) return interruptedCode;
  return session.hasFailed && !isInteractive ? exitCodes.failed : exitCodes.good;
}

/** When a chat is over: at the end of its input, or at a Ctrl-C that has no reply to stop. */
class ChatEnd {
  isOver = false;
  wasKilled = false;
  readonly #reader: Interface;
  readonly #session: ChatSession;
  readonly #isInteractive: boolean;
  #isWarned = false;
  #isClosed = false;

  constructor(reader: Interface, session: ChatSession, isInteractive: boolean) {
    this.#reader = reader;
    this.#session = session;
    this.#isInteractive = isInteractive;
    reader.once("close", () => {
      this.#isClosed = true;
    });
  }

  /** The person said something: the next Ctrl-C is a first one again. */
  goOn(): void {
    this.#isWarned = false;
  }

  prompt(): void {
    if (this.#isInteractive && !this.#isClosed) this.#reader.prompt();
  }

  interrupt(): void {
    if (this.#session.stop()) {
      this.#isWarned = true;
      return;
    }
    const hasText = this.#reader.line !== "";
    if (this.#isInteractive && hasText) this.#reader.write(null, { ctrl: true, name: "u" });
    else if (this.#isInteractive && !this.#isWarned) this.#warn();
    else this.#leave();
  }

  #warn(): void {
    this.#isWarned = true;
    note("\nCtrl-C again, or Ctrl-D, ends the chat.");
    this.prompt();
  }

  #leave(): void {
    this.isOver = true;
    this.wasKilled = !this.#isInteractive;
    this.#reader.close();
  }
}
