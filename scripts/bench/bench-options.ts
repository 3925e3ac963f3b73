import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";

/** Models to measure with: shapes of known models with random weights, a real one, the embedded sample (too small to time). */
export const modelNames = ["135m", "0.5b", "15m", "smollm2", "sample"] as const;
export type ModelName = (typeof modelNames)[number];

export const againstShapes = ["openai", "llama-server"] as const;
export type AgainstShape = (typeof againstShapes)[number];

/** What is measured beside llama-server. */
export const partNames = ["speed", "caching", "load", "busy"] as const;
export type PartName = (typeof partNames)[number];

/** Slots of the server that is measured, and so the most streams that can be asked for. */
export const benchSlots = 16;

export interface BenchOptions {
  readonly model: ModelName;
  /** Ascending, each once, 1 to 16. */
  readonly streams: readonly number[];
  /** Tokens asked for in each request, 2 to 1024. */
  readonly tokens: number;
  readonly rounds: number;
  readonly quick: boolean;
  /** Another server with the same model, measured in the same rounds. */
  readonly against: { readonly url: URL; readonly shape: AgainstShape } | null;
  /** What of a run beside llama-server is wanted. */
  readonly parts: readonly PartName[];
  /** Folder of models that are loaded for the table of load times, too. */
  readonly loadModels: string | null;
  /** File the report is written to as JSON. */
  readonly json: string | null;
}

/** What is wrong with the command line, in one sentence for the person who typed it. */
export class BadOption extends Error {}

export const benchHelp: string = `npm run bench -- [flags]     measures a LocalLab server that it starts itself, over HTTP

  --model NAME            ${modelNames.join(", ")}. Default 135m. smollm2, the starter model, is measured
                          beside a llama-server that is built here, unless --against names one.
  --streams LIST          how many requests at once, 1 to ${benchSlots}, separated by commas. Default 1,2,4,8,16.
  --tokens N              tokens asked for in each request, 2 to 1024. Default 96, quick 32.
  --rounds N              how often everything is measured, 1 to 100. Default 3, quick 1.
  --quick                 a rough look in less time: fewer rounds, tokens, cancellations and requests.
  --against URL           another server, measured in the same rounds; start it with the same model file and ${benchSlots} slots.
  --against-shape SHAPE   ${againstShapes.join(" or ")}: how it is asked. Default llama-server.
  --parts LIST            of smollm2 beside llama-server: ${partNames.join(",")}. Default all of them.
  --load-models DIR       models whose loading is timed there, too.
  --json FILE             writes the numbers there as well.
  --help                  shows this.`;

/** The options on the command line; null when only help is asked for. Throws `BadOption`. */
export function parseBenchOptions(args: readonly string[]): BenchOptions | null {
  const flags = parseFlags(args);
  if (flags.help === true) return null;
  const quick = flags.quick === true;
  const shape = oneOf("--against-shape", flags["against-shape"] ?? "llama-server", againstShapes);
  if (flags["against-shape"] !== undefined && flags.against === undefined) {
    throw new BadOption(`--against-shape is "${shape}" but --against is missing: say which server.`);
  }
  return {
    model: oneOf("--model", flags.model ?? "135m", modelNames),
    streams: streamCounts(flags.streams ?? "1,2,4,8,16"),
    tokens: whole("--tokens", flags.tokens ?? (quick ? "32" : "96"), 2, 1024),
    rounds: whole("--rounds", flags.rounds ?? (quick ? "1" : "3"), 1, 100),
    quick,
    against: flags.against === undefined ? null : { url: serverUrl(flags.against), shape },
    parts: partsOf(flags.parts ?? partNames.join(",")),
    loadModels: flags["load-models"] === undefined ? null : folderPath(flags["load-models"]),
    json: flags.json === undefined ? null : jsonPath(flags.json),
  };
}

interface Flags {
  model?: string;
  streams?: string;
  tokens?: string;
  rounds?: string;
  against?: string;
  "against-shape"?: string;
  parts?: string;
  "load-models"?: string;
  json?: string;
  quick?: boolean;
  help?: boolean;
}

function parseFlags(args: readonly string[]): Flags {
  const text = { type: "string" } as const;
  const yes = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        model: text,
        streams: text,
        tokens: text,
        rounds: text,
        against: text,
        "against-shape": text,
        parts: text,
        "load-models": text,
        json: text,
        quick: yes,
        help: { ...yes, short: "h" },
      },
    }).values;
  } catch (error) {
    const [sentence = ""] = (error as Error).message.split(". ");
    throw new BadOption(`${sentence.replace(/\.$/, "")}. --help shows what there is.`);
  }
}

function oneOf<Word extends string>(flag: string, value: string, words: readonly Word[]): Word {
  const word = words.find((candidate) => candidate === value);
  if (word === undefined) throw new BadOption(`${flag} is "${value}". It must be one of ${words.join(", ")}.`);
  return word;
}

function whole(flag: string, value: string, min: number, max: number): number {
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new BadOption(`${flag} is "${value}". It must be a whole number from ${min} to ${max}.`);
}

function streamCounts(value: string): number[] {
  const counts = value.split(",").map((part) => (/^\d{1,3}$/.test(part.trim()) ? Number(part) : Number.NaN));
  if (counts.every((count) => count >= 1 && count <= benchSlots)) return [...new Set(counts)].sort((a, b) => a - b);
  throw new BadOption(
    `--streams is "${value}". It must be whole numbers from 1 to ${benchSlots}, separated by commas.`,
  );
}

function serverUrl(value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url?.protocol === "http:") return url;
  throw new BadOption(`--against is "${value}". It must be a URL such as http://127.0.0.1:8080.`);
}

function partsOf(value: string): PartName[] {
  return value.split(",").map((part) => oneOf("--parts", part.trim(), partNames));
}

function folderPath(value: string): string {
  const path = resolve(value);
  if (value !== "" && existsSync(path)) return path;
  throw new BadOption(`--load-models is "${value}". It must be a folder that exists.`);
}

/** Refused now and not after minutes of measuring. */
function jsonPath(value: string): string {
  const path = resolve(value);
  if (value !== "" && existsSync(dirname(path))) return path;
  throw new BadOption(`--json is "${value}". It must be a file in a folder that exists.`);
}
