/** Models that always say the same: for text that must come out exactly, and for counting. */
import { join } from "node:path";
import { sampleFile } from "../../../src/server/models/sample/sample-file.js";
import { headSize, SampleVocabulary } from "../../../src/server/models/sample/vocabulary.js";

/** Score of the one token that follows; all others have 0. */
const certain = 40;

/**
 * Path of a new file in `folder`. After BOS or a byte outside of it the model says `text`, whose bytes must all be
 * different, and then ends its turn, or begins again when `endless`.
 */
export async function writeChainModel(folder: string, text: string, endless = false): Promise<string> {
  const vocabulary = new SampleVocabulary([]);
  const { size } = vocabulary;
  const chain = Array.from(Buffer.from(text), (byte) => vocabulary.byte(byte));
  if (new Set(chain).size !== chain.length) throw new Error(`The bytes of "${text}" are not all different.`);
  const first = chain[0] as number;
  const follow = new Float32Array(size * size);
  for (let current = 0; current < size; current += 1) {
    const at = chain.indexOf(current);
    const next = at < 0 ? first : (chain[at + 1] ?? (endless ? first : vocabulary.turnEnd));
    follow[next * size + current] = certain;
  }
  const path = join(folder, `chain-${Buffer.from(text).toString("hex")}${endless ? "-endless" : ""}.gguf`);
  await sampleFile("chain", { vocabulary, follow, bend: new Float32Array(size * size) }).write(path);
  return path;
}

/** Kinds of tokens as llama.cpp numbers them (`llama_token_type`). */
const tokenTypes = { normal: 1, unknown: 2, control: 3, unused: 5, byte: 6 } as const;

/**
 * Path of a new file in `folder` with a SentencePiece vocabulary, where a word carries its blank in front: after
 * anything else the model says `words`, one token each, and then ends its turn.
 */
export async function writeSentencePieceModel(folder: string, words: readonly string[]): Promise<string> {
  const control = ["<unk>", "<s>", "</s>"];
  const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`);
  const own = words.map((word) => word.replaceAll(" ", "\u2581"));
  const used = [...control, ...bytes, "\u2581", ...own];
  const size = Math.ceil(used.length / headSize) * headSize;
  const spellings = Array.from({ length: size }, (_, id) => used[id] ?? `<unused_${id}>`);
  const types = spellings.map((_, id) => {
    if (id === 0) return tokenTypes.unknown;
    if (id < control.length) return tokenTypes.control;
    if (id < control.length + bytes.length) return tokenTypes.byte;
    return id < used.length ? tokenTypes.normal : tokenTypes.unused;
  });
  const first = used.length - own.length;
  const follow = new Float32Array(size * size);
  for (let current = 0; current < size; current += 1) {
    const isLast = current === used.length - 1;
    const next = isLast ? control.indexOf("</s>") : current >= first && current < used.length ? current + 1 : first;
    follow[next * size + current] = certain;
  }
  const ids = { bos: 1, eos: 2, turnEnd: 2 };
  const vocabulary = { size, spellings, types, ...ids } as unknown as SampleVocabulary;
  const file = sampleFile("pieces", { vocabulary, follow, bend: new Float32Array(size * size) });
  file.string("tokenizer.ggml.model", "llama");
  for (const key of ["tokenizer.ggml.pre", "tokenizer.ggml.merges"]) file.metadata.delete(key);
  const path = join(folder, "pieces.gguf");
  await file.write(path);
  return path;
}
