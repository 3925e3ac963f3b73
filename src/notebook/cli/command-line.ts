/** What a person wrote after a command, checked, and the help that says what may be written. */
import { ArgumentsError, type FlagForm, readArguments } from "../../server/text/read-arguments.js";
import { LabRequestError } from "../client/request-error.js";
import { environment } from "../kernel/environment.js";

/**
 * A flag: what stands for its value ("" for a switch, "TEXT…" where it may be given several times), what it does, a letter
 * for it, and names that other programs have for it.
 */
export type FlagWords = readonly [value: string, about: string, short?: string | undefined, also?: readonly string[]];

export interface CommandSpec {
  /** The command as it is typed: "status". */
  readonly name: string;
  /** What stands before the flags, as a person types it: one line for each form. */
  readonly usage: readonly string[];
  /** What it does, its exit codes included. */
  readonly about: readonly string[];
  /** By name without dashes. */
  readonly flags: Readonly<Record<string, FlagWords>>;
  /** Most words beside the flags. Default 0. */
  readonly mostWords?: number;
  /** true: Ctrl-C is the command's own affair; false, the default, ends the program with 130. */
  readonly heedsInterrupt?: boolean;
}

export interface CommandLine {
  readonly words: readonly string[];
  /** Value of a flag that was given, the last one where it was given twice. */
  flag(name: string): string | undefined;
  /** Every value of a flag, in the order they were given. */
  all(name: string): readonly string[];
  /** True when a switch was given. */
  has(name: string): boolean;
}

/** A command line that is not understood: nothing was done. */
export class UsageError extends LabRequestError {
  constructor(sentence: string) {
    super("invalid_request", sentence);
  }
}

const helpFlag: Readonly<Record<string, FlagWords>> = { help: ["", "Shows this.", "h"] };

/** The line, or "help" when that was asked for. Refuses what the command does not know, in one sentence. */
export function readCommandLine(spec: CommandSpec, args: string[]): CommandLine | "help" {
  const { words, given } = parsed(spec, args);
  if (given.help === true) return "help";
  const [extra] = words.slice(spec.mostWords ?? 0);
  if (extra !== undefined) throw refusal(spec, `"${extra}" is one word too many.`);
  const all = (name: string): readonly string[] => {
    const values = given[name];
    return values === undefined || values === true ? [] : values;
  };
  return { words, all, flag: (name) => all(name).at(-1), has: (name) => given[name] === true };
}

export function helpText({ usage, about, flags }: CommandSpec): string {
  const rows = Object.entries({ ...flags, ...helpFlag }).map(([name, [value, words, short]]) => {
    const form = `${short === undefined ? "" : `-${short}, `}--${name} ${value}`.trimEnd();
    return `  ${form.padEnd(22)}${form.length >= 22 ? "  " : ""}${words}`;
  });
  const exits = about.some((line) => line.startsWith("Exit code"))
    ? ["2 when the line is not understood, 130 after Ctrl-C."]
    : [];
  return [...usage.map((form) => `locallab ${form}`), "", ...about, ...exits, "", ...rows].join("\n");
}

/** The error for a line that the command does not understand. */
export const refusal = ({ name }: Pick<CommandSpec, "name">, sentence: string): UsageError =>
  new UsageError(`${sentence} locallab ${name} --help shows what there is.`);

/** The name of a lab: from --name, else LOCALLAB_NAME; undefined when neither says one. */
export function labName(line: CommandLine): string | undefined {
  const name = line.flag("name") ?? (environment().LOCALLAB_NAME || undefined);
  if (name !== undefined) refuseStrangeName(name, line.flag("name") === undefined ? "LOCALLAB_NAME" : "--name");
  return name;
}

/** Refuses what no lab can be called. `source` is where the name was written. */
export function refuseStrangeName(name: string, source: string): void {
  // the same rule as the server's: a name becomes the name of a file
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) return;
  throw new UsageError(`${source} is "${name}". It must be 1 to 64 letters, digits, - or _.`);
}

/** A whole number of a flag; undefined when it was not given. */
export function wholeNumber(
  spec: CommandSpec,
  line: CommandLine,
  flag: string,
  [least, most]: readonly [number, number],
): number | undefined {
  const text = line.flag(flag);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw refusal(spec, `--${flag} is "${text}". It must be a whole number from ${least} to ${most}.`);
}

function parsed(spec: CommandSpec, args: string[]): ReturnType<typeof readArguments> {
  const forms = Object.entries({ ...spec.flags, ...helpFlag }).map(
    ([name, [value, , short, also]]): [string, FlagForm] => [
      name,
      { kind: value === "" ? "switch" : "value", short, also },
    ],
  );
  try {
    return readArguments(args, Object.fromEntries(forms));
  } catch (error) {
    if (error instanceof ArgumentsError) throw refusal(spec, error.message);
    throw error;
  }
}
