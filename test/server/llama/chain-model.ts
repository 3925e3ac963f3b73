/** A model that always says the same bytes, one token each: for text that must come out exactly, and for counting. */
import { join } from "node:path";
import { sampleFile } from "../../../src/server/models/sample/sample-file.js";
import { SampleVocabulary } from "../../../src/server/models/sample/vocabulary.js";

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
