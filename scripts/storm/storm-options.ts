import { parseArgs } from "node:util";

export interface StormOptions {
  /** How long clients ask and engines are hurt, 1 to 86400. Calming down and ending come on top. */
  readonly seconds: number;
  /** The same seed makes the same plan; what the machine makes of it differs. */
  readonly seed: number;
  /** Models in memory at once, 1 to 64; null for as many as there is memory for. */
  readonly resident: number | null;
  /** True: servers are killed and started again instead of engines. */
  readonly restarts: boolean;
}

export const stormHelp = `npm run storm -- [flags]     a real server, 4 models, 8 clients, and engines that are killed and stopped

  --seconds N     how long, 1 to 86400. Default 60.
  --seed N        plan number N, 0 to 999999999. Default: another one each time, which is printed.
  --resident N    models in memory at once, 1 to 64. Default: as many as there is memory for.
  --restarts      kills the server itself, again and again, and starts it under the same name.
  --help          shows this.`;

/** What is wrong with the command line, in one sentence. */
export class BadStormOption extends Error {}

/** The options on the command line; null when only help is asked for. Throws `BadStormOption`. */
export function parseStormOptions(args: readonly string[], anySeed: () => number): StormOptions | null {
  const { help, seconds, seed, resident, restarts = false } = parse(args);
  if (help === true) return null;
  return {
    seconds: seconds === undefined ? 60 : whole("--seconds", seconds, 1, 86_400),
    seed: seed === undefined ? anySeed() : whole("--seed", seed, 0, 999_999_999),
    resident: resident === undefined ? null : whole("--resident", resident, 1, 64),
    restarts,
  };
}

function parse(args: readonly string[]): {
  seconds?: string;
  seed?: string;
  resident?: string;
  restarts?: boolean;
  help?: boolean;
} {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: text,
        seed: text,
        resident: text,
        restarts: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
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
