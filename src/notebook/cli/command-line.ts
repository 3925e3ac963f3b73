/** What a person wrote after a command, checked, and the help that says what may be written. */
import { parseArgs } from "node:util";
import { LabRequestError } from "../client/request-error.js";
import { environment } from "../kernel/environment.js";

export interface CommandSpec {
  /** The command as it is typed: "status". */
  readonly name: string;
  /** What stands before the flags, as a person types it: one line for each form. */
  readonly usage: readonly string[];
  /** What it does, its exit codes included. */
  readonly about: readonly string[];
  /** By name without dashes: what stands for the value ("" for a switch), and what it does. */
  readonly flags: Readonly<Record<string, readonly [value: string, about: string]>>;
  /** Most words beside the flags. Default 0. */
  readonly mostWords?: number;
}

export interface CommandLine {
  readonly words: readonly string[];
  /** Value of a flag that was given. */
  flag(name: string): string | undefined;
  /** True when a switch was given. */
  has(name: string): boolean;
}

const helpFlag = { help: ["", "Shows this."] } as const;

/** The line, or "help" when that was asked for. Refuses what the command does not know, in one sentence. */
export function readCommandLine(spec: CommandSpec, args: string[]): CommandLine | "help" {
  const flags: CommandSpec["flags"] = { ...spec.flags, ...helpFlag };
  const options = Object.entries(flags).map(([name, [value]]) => [
    name,
    { type: value === "" ? ("boolean" as const) : ("string" as const), ...(name === "help" && { short: "h" }) },
  ]);
  const { values, positionals } = parsed(spec, args, Object.fromEntries(options));
  if (values.help === true) return "help";
  const [extra] = positionals.slice(spec.mostWords ?? 0);
  if (extra !== undefined) throw refusal(spec, `"${extra}" is one word too many.`);
  return {
    words: positionals,
    flag: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    has: (name) => values[name] === true,
  };
}

export function helpText({ usage, about, flags }: CommandSpec): string {
  const rows = Object.entries({ ...flags, ...helpFlag }).map(
    ([name, [value, words]]) => `  ${`--${name} ${value}`.padEnd(18)}${words}`,
  );
  return [...usage.map((form) => `locallab ${form}`), "", ...about, "", ...rows].join("\n");
}

/** The error for a line that the command does not understand. */
export const refusal = ({ name }: CommandSpec, sentence: string): LabRequestError =>
  new LabRequestError("invalid_request", `${sentence} locallab ${name} --help shows what there is.`);

/** The name of a lab: from --name, else LOCALLAB_NAME; undefined when neither says one. */
export function labName(line: CommandLine): string | undefined {
  const name = line.flag("name") ?? (environment().LOCALLAB_NAME || undefined);
  // the same rule as the server's: a name becomes the name of a file
  if (name === undefined || /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) return name;
  const source = line.flag("name") === undefined ? "LOCALLAB_NAME" : "--name";
  throw new LabRequestError("invalid_request", `${source} is "${name}". It must be 1 to 64 letters, digits, - or _.`);
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

function parsed(
  spec: CommandSpec,
  args: string[],
  options: Options,
): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const option = /'([^']*)'/.exec(message)?.[1] ?? "";
    const flag = /--[\w-]+|-\w/.exec(option)?.[0] ?? option;
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") throw refusal(spec, `There is no flag "${flag}".`);
    throw refusal(spec, message.includes("does not take") ? `${flag} takes no value.` : `${flag} wants a value.`);
  }
}
