/** The words of a command line, read by what its command knows; what it does not know is refused in one sentence. */
import { parseArgs } from "node:util";
import { nearestWord } from "./slips.js";

/** How a flag is written: alone, or with a value, which may be given more than once. */
export type FlagKind = "switch" | "value";

export interface FlagForm {
  readonly kind: FlagKind;
  /** One letter that stands for it after a single dash. */
  readonly short?: string | undefined;
  /** Names that other programs have for it: not taken, but known when the flag is looked for that was meant. */
  readonly also?: readonly string[] | undefined;
}

export interface Arguments {
  /** What is no flag, in the order it was written; all that stands after "--" too. */
  readonly words: readonly string[];
  /** What was given, by the flag's name without dashes: true for a switch, the texts for the others. */
  readonly given: Readonly<Record<string, true | readonly string[]>>;
}

/** A command line that is not understood. The message is one sentence or two, ready for the terminal. */
export class ArgumentsError extends Error {}

/** `flags` by name without dashes. Throws `ArgumentsError`, which names the flag that was probably meant. */
export function readArguments(args: readonly string[], flags: Readonly<Record<string, FlagForm>>): Arguments {
  const options = Object.entries(flags).map(([name, { kind, short }]) => [
    name,
    {
      type: kind === "switch" ? ("boolean" as const) : ("string" as const),
      multiple: kind !== "switch",
      ...(short !== undefined && { short }),
    },
  ]);
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: Object.fromEntries(options),
      allowPositionals: true,
    });
    return { words: positionals, given: values as Arguments["given"] };
  } catch (error) {
    throw new ArgumentsError(inWords(error as NodeJS.ErrnoException, flags), { cause: error });
  }
}

/** `"sttus"`, then the word that was probably meant, as a sentence of its own. */
export function didYouMean(typed: string, words: readonly string[], dashes = ""): string {
  const meant = nearestWord(typed, words);
  return meant === undefined ? "" : ` Did you mean ${dashes}${meant}?`;
}

/** What Node's reader of flags found, without its advice about dashes. */
function inWords({ message, code }: NodeJS.ErrnoException, flags: Readonly<Record<string, FlagForm>>): string {
  if (!code?.startsWith("ERR_PARSE_ARGS")) return message;
  const quoted = message.slice(message.indexOf("'"));
  const [flag = ""] = /--[\w-]+/.exec(quoted) ?? /-\w/.exec(quoted) ?? [];
  if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
    const typed = flag.replace(/^-+/, "");
    const known = Object.entries(flags).find(([, { also = [] }]) => also.some((name) => nearestWord(typed, [name])));
    const hint = known === undefined ? didYouMean(typed, Object.keys(flags), "--") : ` Did you mean --${known[0]}?`;
    return `There is no flag "${flag}".${hint}`;
  }
  if (message.includes("does not take")) return `${flag} takes no value.`;
  const isDash = message.includes("ambiguous");
  return isDash
    ? `${flag} wants a value; one that begins with a dash is written ${flag}=-1.`
    : `${flag} wants a value.`;
}
