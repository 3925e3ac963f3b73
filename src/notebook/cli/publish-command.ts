/** `locallab publish`: a public address for as long as the command runs. */
import { setTimeout as pause } from "node:timers/promises";
import type { Publication, PublishResponse } from "../../server/wire/publish.js";
import { cleanText } from "../client/clean-text.js";
import type { Connection } from "../client/connection.js";
import { LabRequestError } from "../client/request-error.js";
import { whileAnswering } from "../client/while-answering.js";
import type { WireOption } from "../client/wire-options.js";
import { environment } from "../kernel/environment.js";
import { knownOptions, type PublishOptions, publishRequestOf } from "../publish/publish-options.js";
import type { CommandLine, CommandSpec } from "./command-line.js";
import { nameFlag, withLab } from "./meant-lab.js";
import { exitCodes, performCommand } from "./perform-command.js";
import { publicationText, StandingLine } from "./publication-text.js";
import { inWordsOfFlags, listOf } from "./refused-flags.js";

/** What each flag is called as an option of a publication. */
const optionOfFlag = {
  expires: "expiresIn",
  domain: "domain",
  models: "models",
  scopes: "scopes",
  origins: "origins",
  "allow-cidrs": "allowCidrs",
  "deny-cidrs": "denyCidrs",
} as const satisfies Readonly<Record<string, keyof PublishOptions>>;

const spec: CommandSpec = {
  name: "publish",
  usage: ["publish [flags]"],
  about: [
    "Gives a lab a public address through ngrok, checks it from outside, shows it, its key and a QR code, and closes it",
    "at Ctrl-C. An address that was there before is shown and left open. locallab token stores the ngrok authtoken.",
    "Exit code: 0 when its time is over, 1 when it could not be published or broke, 3 when no such lab runs.",
  ],
  flags: {
    name: nameFlag,
    expires: ["TIME", 'How long, "90s", "8h", "2d", up to 30 days. Default: 8h.'],
    domain: ["NAME", 'Such as "lab.ngrok-free.app". Default: ngrok\'s choice.'],
    models: ["IDS", 'Models that visitors may use, "a,b". Default: the loaded one.'],
    scopes: ["WORDS", "What its own key may do: infer, manage. Default: infer."],
    origins: ["URLS", "Web pages that may call it, separated by commas. Default: none."],
    "allow-cidrs": ["NETS", "Networks that alone may come in; this machine's own must be among them."],
    "deny-cidrs": ["NETS", "Networks that may not come in."],
  },
  heedsInterrupt: true,
};

const refusedAs: Readonly<Record<string, WireOption>> = Object.fromEntries(
  Object.entries(optionOfFlag).map(([flag, option]) => [`--${flag}`, knownOptions[option]]),
);

/** Milliseconds between two looks at the publication. */
const lookMs = 1000;
/** Seconds that closing may take: requests under way get 5 of them. */
const closeSeconds = 20;

export function publishCommand(args: string[]): Promise<number> {
  return performCommand(spec, args, (line) =>
    withLab(line, async (connection) => {
      const leaving = new Leaving();
      try {
        return await publish(connection, optionsOf(line), leaving);
      } finally {
        leaving.release();
      }
    }),
  );
}

/** A signal that asks to leave; a second one ends the program at once. */
class Leaving {
  readonly #controller = new AbortController();
  readonly #heed = (): void => {
    if (this.signal.aborted) process.exit(exitCodes.interrupted);
    this.#controller.abort();
  };

  constructor() {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, this.#heed);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  release(): void {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.off(signal, this.#heed);
  }
}

function optionsOf(line: CommandLine): PublishOptions {
  const given = Object.entries(optionOfFlag).flatMap(([flag, option]): [string, string | string[]][] => {
    const text = line.flag(flag);
    if (text === undefined) return [];
    return [[option, option === "expiresIn" || option === "domain" ? text : listOf(text)]];
  });
  return Object.fromEntries(given);
}

async function publish(connection: Connection, options: PublishOptions, { signal }: Leaving): Promise<number> {
  console.error("Opening the tunnel, then checking the address from outside …");
  const opened = await open(connection, options, signal);
  if (opened === undefined) return exitCodes.interrupted;
  console.log(publicationText(opened));
  let isAnswering = false;
  try {
    const code = await stay(connection, opened, signal);
    isAnswering = true;
    return code;
  } finally {
    // an address of somebody else's stays: who opens, closes
    if (opened.is_new) await close(connection, isAnswering);
  }
}

/** undefined when the person left before it was there: the server gives it up then. */
async function open(
  connection: Connection,
  options: PublishOptions,
  signal: AbortSignal,
): Promise<PublishResponse | undefined> {
  const body = publishRequestOf(options);
  // the lab does not inherit this terminal's authtoken
  body.authtoken ??= environment().NGROK_AUTHTOKEN || null;
  const asked = whileAnswering(connection, { signal }, (both) =>
    connection.json<PublishResponse>("POST", "/publish", { body, signal: both, waitSeconds: 0, headSeconds: 0 }),
  );
  return inWordsOfFlags(refusedAs, asked).catch((error: unknown) => {
    if (signal.aborted) return undefined;
    throw error;
  });
}

/** Until it is over, or the person leaves. */
async function stay(connection: Connection, { is_new: isNew }: PublishResponse, signal: AbortSignal): Promise<number> {
  const line = new StandingLine();
  try {
    for (;;) {
      await pause(lookMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return exitCodes.interrupted;
      const known = await connection.json<Publication>("GET", "/publish");
      line.show(known);
      if (known.state === "failed") return exitCodes.failed;
      if (known.state === "offline") return exitCodes.good;
    }
  } finally {
    line.end();
    if (signal.aborted) console.error(isNew ? "Closing …" : "It was published before, so it stays open.");
  }
}

/** A lab that answered nothing before is told by that; one that has ended has closed the address itself. */
async function close(connection: Connection, isAnswering: boolean): Promise<void> {
  try {
    await connection.json<Publication>("DELETE", "/publish", { waitSeconds: 0, headSeconds: closeSeconds });
    console.error("The address is closed; the lab itself runs on.");
  } catch (error) {
    if (!(error instanceof LabRequestError)) throw error;
    if (isAnswering) console.error(cleanText(error.message));
  }
}
