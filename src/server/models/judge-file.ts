/** Says of a file whether a conversation can be had with it, from its header alone. Pure. */
import type { GgufHeader } from "./gguf-header.js";

/** A file of a model: its header and what is there of it. */
export interface FilePart {
  readonly header: GgufHeader;
  readonly sizeBytes: number;
}

const otherTypes: Readonly<Record<string, string>> = {
  adapter: "The file is a LoRA adapter. It changes another model and is none by itself.",
  mmproj: "The file is the image or sound part (mmproj) of another model and cannot talk by itself.",
  imatrix: "The file is an importance matrix: numbers for quantizing a model, not a model.",
};

const otherArchitectures: Readonly<Record<string, string>> = {
  clip: "The file is the image or sound part (mmproj) of another model and cannot talk by itself.",
  controlvector: "The file is a control vector. It changes another model and is none by itself.",
};

/** Pooling "none" and "unspecified". Source: llama.h, llama_pooling_type. */
const noPooling = new Set([-1, 0]);

/** Why these parts are no model that can talk, as a sentence; null when nothing speaks against loading them. */
export function judgeFile(parts: readonly FilePart[]): string | null {
  const header = parts[0]?.header;
  if (header === undefined) return "There is no file.";
  const kind = otherKind(header);
  if (kind !== null) return kind;
  for (const [index, { header, sizeBytes }] of parts.entries()) {
    if (header.wholeBytes <= sizeBytes) continue;
    const which = parts.length === 1 ? "The file" : `Part ${index + 1} of ${parts.length}`;
    return `${which} is cut off: it has ${sizeBytes} of ${header.wholeBytes} bytes. Download it again, or wait until it is there.`;
  }
  if (parts.some((part) => part.header.tensors > 0)) return null;
  return "The file has a vocabulary only: no weights are in it, so it cannot talk.";
}

function otherKind({ values }: GgufHeader): string | null {
  const type = values.get("general.type");
  const architecture = values.get("general.architecture");
  if (typeof type === "string" && otherTypes[type] !== undefined) return otherTypes[type];
  if (typeof architecture !== "string") return null;
  if (otherArchitectures[architecture] !== undefined) return otherArchitectures[architecture];
  const pooling = values.get(`${architecture}.pooling_type`);
  const isEncoder = values.get(`${architecture}.attention.causal`) === false || architecture === "t5encoder";
  if (isEncoder || (typeof pooling === "number" && !noPooling.has(pooling))) {
    return "The file is a model for embeddings: it turns text into numbers and cannot talk.";
  }
  return null;
}
