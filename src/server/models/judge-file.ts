/** Says of a file what it is and whether an engine can load it, from its header alone. Pure. */
import type { FileKind } from "../wire/models.js";
import { isLoadable, kindOfArchitecture, kindOfType, kindReasons } from "./file-kinds.js";
import type { GgufHeader } from "./gguf-header.js";

/** A file of a model: its header and what is there of it. */
export interface FilePart {
  readonly header: GgufHeader;
  readonly sizeBytes: number;
}

export interface Judgement {
  readonly kind: FileKind;
  /** Why nothing can be had from it, as a sentence; null when nothing speaks against loading it. */
  readonly problem: string | null;
}

/** Pooling "none" and "unspecified", and that of rerankers. Source: llama.h, llama_pooling_type. */
const noPooling = new Set([-1, 0, 2 ** 32 - 1]);
const rankPooling = 4;

/** `parts` in order, all of the model that are there. */
export function judgeFile(parts: readonly FilePart[]): Judgement {
  const header = parts[0]?.header;
  if (header === undefined) return { kind: "text", problem: "There is no file." };
  const kind = kindOf(header, parts);
  const problem = isLoadable(kind) ? cutOff(parts) : kind === "other" ? otherReason(header) : kindReasons[kind];
  return { kind, problem };
}

function kindOf({ values }: GgufHeader, parts: readonly FilePart[]): FileKind {
  const type = values.get("general.type");
  if (typeof type === "string" && type !== "" && type !== "model") return kindOfType[type] ?? "other";
  const architecture = values.get("general.architecture");
  const known = typeof architecture === "string" ? kindOfArchitecture.get(architecture.toLowerCase()) : undefined;
  const encoder = typeof architecture === "string" ? encoderKind(values, architecture) : undefined;
  // a reranker is an encoder, too: its pooling says more than its name
  if (encoder === "reranker" || known === undefined) {
    if (encoder !== undefined) return encoder;
  } else return known;
  const count = values.get("split.count");
  if (typeof count === "number" && count > 1 && parts.length === 1) return "part";
  // the first part of a split may have no weights
  return parts.some((part) => part.header.tensors > 0) ? "text" : "vocabulary";
}

function encoderKind(values: GgufHeader["values"], architecture: string): FileKind | undefined {
  const pooling = values.get(`${architecture}.pooling_type`);
  if (pooling === rankPooling || values.has(`${architecture}.classifier.output_labels`)) return "reranker";
  if (values.get(`${architecture}.attention.causal`) === false) return "embedding";
  return typeof pooling === "number" && !noPooling.has(pooling) ? "embedding" : undefined;
}

function otherReason({ values }: GgufHeader): string {
  const type = String(values.get("general.type"))
    .replaceAll(/[^\w .-]/g, "?")
    .slice(0, 40);
  return `${kindReasons.other.slice(0, -1)}: it calls itself "${type}".`;
}

function cutOff(parts: readonly FilePart[]): string | null {
  for (const [index, { header, sizeBytes }] of parts.entries()) {
    if (header.wholeBytes <= sizeBytes) continue;
    const which = parts.length === 1 ? "The file" : `Part ${index + 1} of ${parts.length}`;
    return `${which} is cut off: it has ${sizeBytes} of ${header.wholeBytes} bytes. Download it again, or wait until it is there.`;
  }
  return null;
}
