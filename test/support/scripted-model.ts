/** Models that say one script, token by token, with any template and any special tokens: for what must come out exactly. */
import { join } from "node:path";
import { byteAlphabet, spellInBytes } from "../../src/server/models/sample/byte-alphabet.js";
import { sampleFile } from "../../src/server/models/sample/sample-file.js";
import { headSize, type SampleVocabulary } from "../../src/server/models/sample/vocabulary.js";

/** Score of the one token that follows; all others have 0. */
const certain = 40;

/** Kinds of tokens as llama.cpp numbers them (`llama_token_type`). */
const tokenTypes = { normal: 1, control: 3, userDefined: 4, unused: 5 } as const;

export interface Script {
  /**
   * Tokens in the order they are said, each different: a text that is one token, or a number that is one byte. Whatever
   * stands in front of the answer and is none of them is followed by the first, the last by the end of the turn.
   */
  readonly says: readonly (string | number)[];
  /** What is said instead where the prompt ends with the token `after`; tokens that no other script has. */
  readonly instead?: readonly { readonly after: string; readonly says: readonly (string | number)[] }[];
  /** The chat template of the file. */
  readonly template: string;
  /** Texts that are control tokens, which detokenized text does not show. */
  readonly control?: readonly string[];
  /** Texts that are user-defined tokens, which it shows. */
  readonly userDefined?: readonly string[];
  /** Text of the token that ends a turn, a control token. Default `<|im_end|>`. */
  readonly end?: string;
  /** False: the file names no token that ends a turn, only one that ends a text, so it is for llama.cpp to guess. Default true. */
  readonly namesTurnEnd?: boolean;
}

/** Path of a new file in `folder`. */
export async function writeScriptedModel(folder: string, name: string, script: Script): Promise<string> {
  const { says, instead = [], control = [], userDefined = [], end = "<|im_end|>" } = script;
  const controls = [...new Set(["<|begin_of_text|>", end, ...control])];
  const all = [...says, ...instead.flatMap(({ after, says: others }) => [after, ...others])];
  const words = all.filter((token): token is string => typeof token === "string");
  const others = [...new Set([...userDefined, ...words])]
    .filter((text) => !controls.includes(text))
    .map((text) => spell(text, userDefined))
    .filter((spelling) => !byteAlphabet.includes(spelling));
  const used = [...controls, ...byteAlphabet, ...others];
  const size = Math.ceil(used.length / headSize) * headSize;
  const spellings = Array.from({ length: size }, (_, id) => used[id] ?? `<|unused_${id}|>`);
  const types = spellings.map((spelling, id) => {
    if (id < controls.length) return tokenTypes.control;
    if (userDefined.includes(spelling)) return tokenTypes.userDefined;
    return id < used.length ? tokenTypes.normal : tokenTypes.unused;
  });
  const idOf = (token: string | number): number => {
    if (typeof token === "number") return controls.length + token;
    return controls.includes(token) ? controls.indexOf(token) : spellings.indexOf(spell(token, userDefined));
  };
  const chain = [...says.map(idOf), idOf(end)];
  const chains = [chain, ...instead.map(({ after, says: others }) => [after, ...others].map(idOf))];
  const said = chains.flat();
  if (new Set(said).size !== said.length) throw new Error("The tokens of a script must all be different.");
  const follow = new Float32Array(size * size);
  for (let current = 0; current < size; current += 1) {
    const its = chains.find((one) => one.includes(current)) ?? chain;
    const next = its[its.indexOf(current) + 1] ?? idOf(end);
    follow[next * size + current] = certain;
  }
  const ids = { bos: 0, eos: 1, turnEnd: 1 };
  const vocabulary = { size, spellings, types, ...ids } as unknown as SampleVocabulary;
  const file = sampleFile(name, { vocabulary, follow, bend: new Float32Array(size * size) });
  file.string("tokenizer.chat_template", script.template).bool("tokenizer.ggml.add_bos_token", false);
  if (script.namesTurnEnd === false) file.metadata.delete("tokenizer.ggml.eot_token_id");
  const path = join(folder, `${name}.gguf`);
  await file.write(path);
  return path;
}

/** Special tokens stand in files as they are, words in the letters of bytes. */
const spell = (text: string, userDefined: readonly string[]): string =>
  userDefined.includes(text) ? text : spellInBytes(text);
