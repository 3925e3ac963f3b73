/**
 * The smallest models that have a real vocabulary and a real chat template, for tests of prompts.
 *
 * llama.cpp's source has vocabularies without weights and chat templates. A model made of them keeps all of a
 * vocabulary (merges, scores, types, pre-tokenizer), has the special tokens of the family where the vocabulary has
 * fillers only, the family's own template, and random weights that say nothing. Where llama.cpp has no vocabulary of a
 * family the nearest one stands in: right for templates and special tokens, while words may be cut otherwise.
 */
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { itemBytes, type RawMetadata, rawList, rawTexts, rawValue, readRawMetadata, textsOf } from "./raw-metadata.js";
import { tinyModel } from "./tiny-weights.js";
import { writeRawGguf } from "./write-raw-gguf.js";

interface FamilyToken {
  readonly text: string;
  readonly type: "control" | "user-defined";
}

/** A family as `families.json` has it; one made from a template alone is built the same way. */
interface Family {
  /** `ggml-vocab-….gguf` of llama.cpp's source. */
  readonly vocabulary: string;
  readonly architecture: string;
  /** Its text, or the name of a file of llama.cpp's source; neither: the vocabulary's own. */
  readonly template?: string;
  readonly templateFile?: string;
  /** Texts at ids, and more at the end. */
  readonly tokens: readonly (FamilyToken & { readonly id: number })[];
  readonly append: readonly FamilyToken[];
  readonly special: { readonly bos?: number; readonly eos?: number; readonly pad?: number; readonly addBos?: boolean };
  readonly name?: string;
  readonly moreTemplates?: Readonly<Record<string, string>>;
  readonly keepsTemplates?: boolean;
  readonly set?: Readonly<Record<string, string | number | boolean>>;
}

/** `llama_token_type` */
const tokenTypes = { control: 3, "user-defined": 4 } as const;

const families: Readonly<Record<string, Family>> = JSON.parse(
  readFileSync(new URL("families.json", import.meta.url), "utf8"),
);

/** Writes the model `name.gguf` into the folder unless it is there; returns its path. `any-…` names a template file. */
export function familyModel(source: string, folder: string, name: string): string {
  const path = join(folder, `${name}.gguf`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const family = name.startsWith("any-") ? familyOfTemplate(source, name.slice(4)) : families[name];
  if (family === undefined) throw new Error(`No family is called ${name}.`);
  const original = readRawMetadata(join(source, "models", `ggml-vocab-${family.vocabulary}.gguf`));
  const metadata: RawMetadata = new Map();
  const set = (key: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined) metadata.set(key, rawValue(value));
  };
  set("general.architecture", family.architecture);
  set("general.type", "model");
  set("general.name", family.name ?? name);
  set("general.quantization_version", 2);
  set("general.file_type", 7); // mostly Q8_0
  for (const [key, value] of original) if (isKept(key, family)) metadata.set(key, value);
  set("tokenizer.chat_template", templateOf(source, family));
  for (const [key, file] of Object.entries(family.moreTemplates ?? {}))
    set(`tokenizer.chat_template.${key}`, templateFile(source, file));
  const vocabulary = addTokens(metadata, family);
  set("tokenizer.ggml.bos_token_id", family.special.bos);
  set("tokenizer.ggml.eos_token_id", family.special.eos);
  set("tokenizer.ggml.padding_token_id", family.special.pad);
  set("tokenizer.ggml.add_bos_token", family.special.addBos);
  const { info, tensors } = tinyModel(family.architecture, vocabulary);
  for (const [key, value] of Object.entries(info)) set(`${family.architecture}.${key}`, value);
  for (const [key, value] of Object.entries(family.set ?? {})) set(key, value);
  // two processes may make it at once
  writeRawGguf(`${path}.${process.pid}`, metadata, tensors);
  renameSync(`${path}.${process.pid}`, path);
  return path;
}

const templateFile = (source: string, name: string): string =>
  readFileSync(join(source, "models/templates", `${name}.jinja`), "utf8");

const templateOf = (source: string, family: Family): string | undefined =>
  family.templateFile === undefined ? family.template : templateFile(source, family.templateFile);

function isKept(key: string, { template, templateFile: file, keepsTemplates }: Family): boolean {
  if (key === "tokenizer.chat_template") return template === undefined && file === undefined;
  if (/^tokenizer\.chat_template[.s]/.test(key)) return keepsTemplates === true;
  return key.startsWith("tokenizer.");
}

/** Puts the texts at their ids and the others at the end; returns how many tokens there are then. */
function addTokens(metadata: RawMetadata, { tokens, append }: Family): number {
  const entry = (key: string) => metadata.get(`tokenizer.ggml.${key}`);
  const texts = textsOf(entry("tokens") ?? rawTexts([]));
  const types = Buffer.concat([itemBytes(entry("token_type") ?? rawTexts([])), Buffer.alloc(4 * append.length)]);
  for (const { id, text, type } of tokens) {
    // a text may stand in the vocabulary once only
    const other = texts.indexOf(text);
    if (other >= 0 && other !== id) texts[other] = `[moved ${other}]`;
    texts[id] = text;
    types.writeInt32LE(tokenTypes[type], 4 * id);
  }
  for (const { text, type } of append) {
    types.writeInt32LE(tokenTypes[type], 4 * texts.length);
    texts.push(text);
  }
  const scores = entry("scores");
  metadata.set("tokenizer.ggml.tokens", rawTexts(texts));
  metadata.set("tokenizer.ggml.token_type", rawList("i32", texts.length, types));
  if (scores !== undefined && append.length > 0) {
    const more = Buffer.concat([itemBytes(scores), Buffer.alloc(4 * append.length)]);
    metadata.set("tokenizer.ggml.scores", rawList("f32", texts.length, more));
  }
  return texts.length;
}

const ends = ["<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<|assistant_end|>", "<|role_end|>"];
const otherEnds = ["<|END_OF_TURN_TOKEN|>", "<｜end▁of▁sentence｜>", "</s>"];
/** What looks like a token of its own in a template. */
const looksSpecial =
  /<\|[^|<>{}'" ]{1,40}\|>|<｜[^｜<>{}'" ]{1,40}｜>|\[\/?[A-Z_]{3,20}\]|<\/?(?:think|seed:think|mm:think|start_of_turn|end_of_turn)>|<\|turn>|<turn\|>/g;

/** A family for a template alone: GPT-2's vocabulary and every text of the template that looks like a token. */
function familyOfTemplate(source: string, file: string): Family {
  const text = templateFile(source, file);
  const found = [...new Set(text.match(looksSpecial) ?? [])].filter((token) => token !== "<|endoftext|>");
  const append = [...found, ...["<s>", "</s>"].filter((token) => !found.includes(token))];
  const end = [...ends, ...otherEnds].find((token) => append.includes(token)) ?? "</s>";
  const first = 50_257;
  const isWord = (token: string): boolean => /^<\/?[a-z:]+>$/.test(token) && !["<s>", "</s>"].includes(token);
  return {
    vocabulary: "gpt-2",
    architecture: "llama",
    templateFile: file,
    tokens: [],
    append: append.map((token) => ({ text: token, type: isWord(token) ? "user-defined" : "control" })),
    special: { bos: first + append.indexOf("<s>"), eos: first + append.indexOf(end), addBos: false },
  };
}
