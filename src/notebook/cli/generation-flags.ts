/** The options of a generation as flags of a command and as words of `/set`: `--top-p 0.5`, `/set top_p 0.5`. */
import { nearestWord } from "../../server/text/slips.js";
import type { SamplingOptions } from "../../server/wire/generation.js";
import type { WireOption } from "../client/wire-options.js";
import type { GenerateOptions } from "../lab/ask.js";
import { otherNamesOf } from "../lab/option-spellings.js";
import { type CommandLine, type CommandSpec, type FlagWords, refusal } from "./command-line.js";

/** Those that have flags of their own with other names. */
type NamedElsewhere = "model_id" | "system_prompt";
type Option = Exclude<keyof SamplingOptions, NamedElsewhere>;

interface Form {
  readonly kind: "number" | "whole" | "switch" | "text" | "texts" | "json";
  /** What stands for the value in the help. */
  readonly value: string;
  readonly about: string;
}

const forms: Readonly<Record<Option, Form>> = {
  max_length: { kind: "whole", value: "TOKENS", about: "Most new tokens, 1 to 1048576. Default: 8192." },
  temperature: { kind: "number", value: "NUMBER", about: "Randomness, 0 to 2. Default: 0.7." },
  do_sample: { kind: "switch", value: "on|off", about: "off: always the likeliest token. Default: on." },
  top_p: {
    kind: "number",
    value: "SHARE",
    about: "Keeps the likeliest tokens up to this share, 0 to 1. Default: 0.9.",
  },
  top_k: { kind: "whole", value: "NUMBER", about: "Keeps so many tokens, 0 to 1048576; 0 keeps all. Default: 80." },
  min_p: { kind: "number", value: "SHARE", about: "Drops tokens below this share of the best, 0 to 1. Default: 0." },
  xtc_probability: { kind: "number", value: "SHARE", about: "How often XTC drops the likely, 0 to 1. Default: 0." },
  xtc_threshold: { kind: "number", value: "SHARE", about: "What XTC calls likely, 0 to 1. Default: 0.1." },
  repetition_penalty: { kind: "number", value: "NUMBER", about: "0.1 to 2; 1 is off. Default: 1.15." },
  repeat_last_n: { kind: "whole", value: "TOKENS", about: "How far that looks back, -1 to 1048576. Default: 64." },
  presence_penalty: { kind: "number", value: "NUMBER", about: "Off what the answer has, -2 to 2. Default: 0." },
  frequency_penalty: { kind: "number", value: "NUMBER", about: "The same for each time, -2 to 2. Default: 0." },
  dry_multiplier: { kind: "number", value: "NUMBER", about: "Strength of DRY, 0 to 10; 0 is off. Default: 0." },
  dry_base: { kind: "number", value: "NUMBER", about: "How DRY grows, 1 to 10. Default: 1.75." },
  dry_allowed_length: { kind: "whole", value: "TOKENS", about: "What DRY lets pass, 0 to 1024. Default: 2." },
  dry_penalty_last_n: { kind: "whole", value: "TOKENS", about: "How far DRY looks back, -1 to 1048576. Default: -1." },
  logit_bias: { kind: "json", value: "JSON", about: 'Added to scores by token id: {"42": -100}.' },
  min_tokens: { kind: "whole", value: "TOKENS", about: "No end before so many, 0 to 1048576. Default: 0." },
  ignore_eos: { kind: "switch", value: "on|off", about: "on: the model does not end its answer. Default: off." },
  grammar: { kind: "text", value: "GBNF", about: "Grammar of the answer, 1 to 16384 characters. Default: none." },
  json_schema: { kind: "json", value: "JSON", about: "JSON schema of the answer." },
  logprobs: { kind: "whole", value: "NUMBER", about: "Tells probabilities, 0 to 20 others each. Default: none." },
  stop: { kind: "texts", value: "TEXT", about: "Ends the answer; may be given several times; \\n is a line end." },
  seed: { kind: "whole", value: "NUMBER", about: "0 to 4294967295: the same seed, the same answer. Default: random." },
  exact: { kind: "switch", value: "on|off", about: "The same to the last bit, whoever else asks. Default: off." },
  chat_template_kwargs: { kind: "json", value: "JSON", about: "Variables for the model's chat template." },
  parse_special: { kind: "switch", value: "on|off", about: "With --raw: reads control tokens as such. Default: on." },
  reasoning: { kind: "text", value: "WHERE", about: "Thoughts: separate or inline. Default: separate." },
  reasoning_budget: {
    kind: "whole",
    value: "TOKENS",
    about: "Most tokens of thoughts, 0 to 1048576. Default: no limit.",
  },
  max_time: { kind: "number", value: "SECONDS", about: "0.1 to 3600, waiting for the model included. Default: 180." },
  strict: { kind: "switch", value: "on|off", about: "on: refuses what would be clamped or ignored. Default: off." },
};

const options = Object.keys(forms) as Option[];
const flagOf = (option: string): string => option.replaceAll("_", "-");

/** The flags of a command that asks a model. */
export const generationFlags: Readonly<Record<string, FlagWords>> = Object.fromEntries(
  options.map((option) => {
    const { value, about } = forms[option];
    return [flagOf(option), [value, about, undefined, otherNamesOf(option)] as const];
  }),
);

/** How a refusal of the server's names a flag; see `inWordsOf`. */
export const flagsOnWire: Readonly<Record<string, WireOption>> = Object.fromEntries(
  options.map((option) => [`--${flagOf(option)}`, { field: option, wants: forms[option].about }]),
);

/** The options that were given. Ranges are the server's affair, as everywhere. */
export function readGenerationFlags(spec: CommandSpec, line: CommandLine): GenerateOptions {
  const given = options.flatMap((option) => {
    const texts = line.all(flagOf(option));
    if (texts.length === 0) return [];
    const value = forms[option].kind === "texts" ? texts.map(withLineEnds) : valueIn(option, texts.at(-1) as string);
    if (value === undefined) {
      throw refusal(spec, `--${flagOf(option)} is "${texts.at(-1)}". It must be ${wants(option)}.`);
    }
    return [[option, value]];
  });
  return Object.fromEntries(given) as GenerateOptions;
}

/** Seconds a request waits for a model that loads where nothing else is said: the default of `max_time`. */
const usualWaitSeconds = 180;

/** Seconds a request waits for a model that loads, or a lab that is busy: as long as the answer itself may take. */
export const waitSecondsOf = ({ max_time: most }: GenerateOptions): number =>
  Math.min(3600, Math.max(0, most ?? usualWaitSeconds));

export type SetOutcome =
  | { readonly options: GenerateOptions; readonly said: string }
  /** Nothing was changed; why, as a sentence. */
  | { readonly refused: string };

/** What `/set NAME VALUE` makes of the options; without a value it says what is set, "default" takes it back. */
export function setOption(now: GenerateOptions, name: string, text: string): SetOutcome {
  if (name === "") return { options: now, said: shownOptions(now) };
  const option = options.find(
    (one) => one === nearestWord(name, options) && flagOf(one) === flagOf(name.toLowerCase()),
  );
  if (option === undefined) {
    const meant = nearestWord(name, options);
    const hint = meant === undefined ? `There are ${options.join(", ")}` : `Did you mean ${meant}`;
    return { refused: `There is no option "${name}". ${hint}${meant === undefined ? "." : "?"}` };
  }
  if (text === "") return { options: now, said: `${option}: ${shown(now[option])}. ${forms[option].about}` };
  const { [option]: _before, ...others } = now;
  if (text === "default") return { options: others, said: `${option} has its default again.` };
  const value = forms[option].kind === "texts" ? [withLineEnds(text)] : valueIn(option, text);
  if (value === undefined) return { refused: `${option} is "${text}". It must be ${wants(option)}.` };
  return { options: { ...others, [option]: value }, said: `${option} is ${shown(value)}.` };
}

function shownOptions(now: GenerateOptions): string {
  const set = options.filter((option) => now[option] !== undefined);
  const said = set.map((option) => `${option} ${shown(now[option])}`).join(", ");
  return `${said === "" ? "All options have their defaults" : said}. /set NAME VALUE changes one of: ${options.join(", ")}.`;
}

const shown = (value: unknown): string => (value === undefined ? "its default" : JSON.stringify(value));

/** A shell hands "\n" over as two letters. */
const withLineEnds = (text: string): string => text.replaceAll("\\n", "\n").replaceAll("\\t", "\t");

const words: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  yes: true,
  off: false,
  false: false,
  no: false,
};

/** undefined for a text that is none of its values. */
function valueIn(option: Option, text: string): unknown {
  switch (forms[option].kind) {
    case "number":
      return /^-?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined;
    case "whole":
      return /^-?\d+$/.test(text) ? Number(text) : undefined;
    case "switch":
      return words[text.toLowerCase()];
    case "json":
      return objectIn(text);
    default:
      return text;
  }
}

function objectIn(text: string): object | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // no JSON: said by whoever asks
    return undefined;
  }
}

function wants(option: Option): string {
  const kinds = { number: "a number", whole: "a whole number", switch: "on or off", json: 'JSON such as {"a": true}' };
  const { kind } = forms[option];
  return kind === "text" || kind === "texts" ? "text" : kinds[kind];
}
