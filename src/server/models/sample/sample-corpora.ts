/** Which sample models there are, and what each is made from. */
import type { Corpus } from "./corpus.js";
import { friendlyCorpus } from "./friendly-corpus.js";
import { sailorCorpus } from "./sailor-corpus.js";

export type SampleModelId = "sample" | "sample-b";

export const sampleCorpora: Readonly<Record<SampleModelId, Corpus>> = {
  sample: friendlyCorpus,
  "sample-b": sailorCorpus,
};
