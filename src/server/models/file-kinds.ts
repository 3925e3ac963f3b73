/** What a GGUF file can be beside a model that writes text, and what is said of it. */
import type { FileKind } from "../wire/models.js";

/** Kinds of files that an engine loads, and what it gives for a text. Another kind of file is unusable. */
export const loadableKinds = { text: "text", embedding: "embed", reranker: "rank" } as const;

export type LoadableKind = keyof typeof loadableKinds;

export const isLoadable = (kind: FileKind): kind is LoadableKind => Object.hasOwn(loadableKinds, kind);

/** Sentences that say what a file is; a load is refused with them. */
export const kindReasons: Readonly<Record<Exclude<FileKind, LoadableKind>, string>> = {
  projector: "The file is the image or sound part (mmproj) of another model and cannot talk by itself.",
  adapter: "The file is a LoRA adapter. It changes another model and is none by itself.",
  "control-vector": "The file is a control vector. It changes another model and is none by itself.",
  imatrix: "The file is an importance matrix: numbers for quantizing a model, not a model.",
  vocabulary: "The file has a vocabulary only: no weights are in it, so it cannot talk.",
  image: "The file is a model that makes pictures or films, or a part of one, and cannot talk.",
  speech: "The file is a model for speech: it hears or speaks, and writes no text here.",
  "text-diffusion":
    "The file is a model that writes by diffusion, all words at once. The engine writes word by word and cannot run it.",
  part: "The file is one part of a split model. All its parts must lie in one folder, under the names they were split to.",
  other: "The file is not a model that writes text.",
};

/** `general.type`, where it is not "model". Source: gguf-py, GGUFType. */
export const kindOfType: Readonly<Record<string, FileKind>> = {
  adapter: "adapter",
  mmproj: "projector",
  imatrix: "imatrix",
  controlvector: "control-vector",
  vocab: "vocabulary",
};

const kinds: readonly (readonly [FileKind, readonly string[]])[] = [
  ["projector", ["clip", "mmproj"]],
  ["control-vector", ["controlvector"]],
  ["imatrix", ["imatrix"]],
  // encoders of llama.cpp: what they give is no next word
  [
    "embedding",
    [
      "bert",
      "nomic-bert",
      "nomic-bert-moe",
      "jina-bert-v2",
      "jina-bert-v3",
      "modern-bert",
      "neo-bert",
      "eurobert",
      "t5encoder",
      "gemma-embedding",
      "llama-embed",
      "distilbert",
      "xlm-roberta",
      "roberta",
    ],
  ],
  ["text-diffusion", ["dream", "llada", "llada-moe", "rnd1"]],
  // names of stable-diffusion.cpp and of ComfyUI-GGUF
  [
    "image",
    [
      "sd1",
      "sd2",
      "sd3",
      "sdxl",
      "svd",
      "flux",
      "flux2",
      "chroma",
      "aura",
      "hidream",
      "lumina2",
      "qwen_image",
      "z_image",
      "cosmos",
      "wan",
      "ltxv",
      "hyvid",
      "hunyuan",
      "hunyuan_image",
      "hunyuan_video",
      "mochi",
      "cogvideox",
      "pixart",
      "kolors",
      "omnigen",
      "vae",
      "unet",
      "pig",
    ],
  ],
  // whisper.cpp, TTS.cpp, outetts and their vocoders
  [
    "speech",
    [
      "whisper",
      "wavtokenizer-dec",
      "wavtokenizer",
      "outetts",
      "parler-tts",
      "kokoro",
      "dia",
      "orpheus",
      "snac",
      "dac",
      "bark",
      "encodec",
      "moonshine",
      "parakeet",
      "conformer",
      "sensevoice",
      "vibevoice",
      "chatterbox",
      "qwen3tts",
    ],
  ],
];

/** `general.architecture` of files that are none of text. */
export const kindOfArchitecture: ReadonlyMap<string, FileKind> = new Map(
  kinds.flatMap(([kind, names]) => names.map((name): [string, FileKind] => [name, kind])),
);
