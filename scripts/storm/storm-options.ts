import { parseArgs } from "node:util";

export interface StormOptions {
  /** How long clients ask and engines are hurt, 1 to 86400. Calming down and ending come on top. */
  readonly seconds: number;
  /** The same seed makes the same plan; what the machine makes of it differs. */
  readonly seed: number;
}

export const stormHelp = `npm run storm -- [flags]     a real server, 4 models, 8 clients, and engines that are killed and stopped

  --seconds N     how long, 1 to 86400. Default 60.
  --seed N        plan number N, 0 to 999999999. Default: another one each time, which is printed.
  --help          shows this.`;

/** What is wrong with the command line, in one sentence. */
export class BadStormOption extends Error {}

/** The options on the command line; null when only help is asked for. Throws `BadStormOption`. */
export function parseStormOptions(args: readonly string[], anySeed: () => number): StormOptions | null {
  const { help, seconds, seed } = parse(args);
  if (help === true) return null;
  return {
    seconds: seconds === undefined ? 60 : whole("--seconds", seconds, 1, 86_400),
    seed: seed === undefined ? anySeed() : whole("--seed", seed, 0, 999_999_999),
  };
}

function parse(args: readonly string[]): { seconds?: string; seed?: string; help?: boolean } {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: { seconds: text, seed: text, help: { type: "boolean", short: "h" } },
    }).values;
  } catch (error) {
    const [sentence = ""] = (error as Error).message.split(". ");
    throw new BadStormOption(`${sentence.replace(/\.$/, "")}. --help shows what there is.`);
  }
}

function whole(flag: string, value: string, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new BadStormOption(`${flag} is "${value}". It must be a whole number from ${min} to ${max}.`);
}
