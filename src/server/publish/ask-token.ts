/** The command `locallab token`: asks for the ngrok authtoken without showing it, and stores it for this user alone. */
import type { ReadStream } from "node:tty";
import { UsageError } from "../errors.js";
import { environment } from "../settings/read-settings.js";
import { configFolder, storeAuthtoken } from "./authtoken.js";

const help = `locallab token   stores the ngrok authtoken for publishing

Asks for it without showing what is typed, or reads it from a pipe: locallab token < file
Copy yours at https://dashboard.ngrok.com/get-started/your-authtoken
`;

/** What stands behind the command, for tests. */
export interface TokenTerminal {
  readonly input: NodeJS.ReadableStream & Partial<Pick<ReadStream, "isTTY" | "setRawMode">>;
  readonly say: (words: string) => void;
  /** Folder of the token file. */
  readonly folder: string;
}

/** Gives the exit code. Refuses with `invalid_request` any argument, and what cannot be an authtoken. */
export async function tokenCommand(args: readonly string[], terminal: TokenTerminal = ownTerminal()): Promise<number> {
  const { input, say, folder } = terminal;
  if (args[0] === "--help" || args[0] === "-h") {
    say(help);
    return 0;
  }
  if (args.length > 0) {
    const why = "locallab token takes no argument: what stands in a command line can be read by others.";
    throw new UsageError(`${why} Run it without one and paste the authtoken when it asks.`);
  }
  const isAsked = input.isTTY === true;
  if (isAsked) say("ngrok authtoken (not shown): ");
  const typed = isAsked ? await readHidden(input) : await readPiped(input);
  if (isAsked) say("\n");
  if (typed === undefined) return 130;
  const path = await storeAuthtoken(typed, folder);
  say(`Stored in ${path}, for you alone.\n`);
  return 0;
}

function ownTerminal(): TokenTerminal {
  return {
    input: process.stdin,
    say: (words) => process.stdout.write(words),
    folder: configFolder({ env: environment }),
  };
}

async function readPiped(input: NodeJS.ReadableStream): Promise<string> {
  let text = "";
  for await (const chunk of input) text += chunk;
  return text;
}

const enter = new Set(["\r", "\n"]);
const breakOff = new Set(["\u0003", "\u0004"]);
const erase = new Set(["\u007f", "\b"]);

/** What is typed until Enter; undefined when it is broken off with Ctrl-C or Ctrl-D. */
async function readHidden(input: TokenTerminal["input"]): Promise<string | undefined> {
  input.setRawMode?.(true);
  input.setEncoding("utf8");
  let typed = "";
  try {
    for await (const chunk of input) {
      for (const character of String(chunk)) {
        if (enter.has(character)) return typed;
        if (breakOff.has(character)) return undefined;
        typed = erase.has(character) ? typed.slice(0, -1) : typed + character;
      }
    }
    return typed;
  } finally {
    input.setRawMode?.(false);
  }
}
