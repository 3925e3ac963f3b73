/** What the header of a file says about the model in it, as far as people want to know. Pure. */
import type { GgufHeader, HeaderValue } from "./gguf-header.js";

export interface FileFacts {
  /** What the model is called by its makers. */
  readonly title: string | null;
  readonly architecture: string | null;
  /** "135M", as its makers say it. */
  readonly sizeLabel: string | null;
  readonly license: string | null;
  readonly quantization: string | null;
  /** Tokens it was trained for. */
  readonly trainContext: number | null;
  /** Numbers in all its tensors, of all parts together. */
  readonly parameters: number | null;
}

/** Types of files by number. Source: llama.h, llama_ftype. */
const fileTypes: Readonly<Record<number, string>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  7: "Q8_0",
  8: "Q5_0",
  9: "Q5_1",
  10: "Q2_K",
  11: "Q3_K_S",
  12: "Q3_K_M",
  13: "Q3_K_L",
  14: "Q4_K_S",
  15: "Q4_K_M",
  16: "Q5_K_S",
  17: "Q5_K_M",
  18: "Q6_K",
  19: "IQ2_XXS",
  20: "IQ2_XS",
  21: "Q2_K_S",
  22: "IQ3_XS",
  23: "IQ3_XXS",
  24: "IQ1_S",
  25: "IQ4_NL",
  26: "IQ3_S",
  27: "IQ3_M",
  28: "IQ2_S",
  29: "IQ2_M",
  30: "IQ4_XS",
  31: "IQ1_M",
  32: "BF16",
  36: "TQ1_0",
  37: "TQ2_0",
  38: "MXFP4",
};

/** Characters of a text from a file that are shown. */
const longestShown = 80;

/** `headers` of all parts, in order; null when there is none. */
export function factsOf(headers: readonly GgufHeader[]): FileFacts | null {
  const values = headers[0]?.values;
  if (values === undefined) return null;
  const architecture = textOf(values.get("general.architecture"));
  const type = values.get("general.file_type");
  const context = architecture === null ? undefined : values.get(`${architecture}.context_length`);
  const parameters = headers.reduce((sum, header) => sum + header.parameters, 0);
  return {
    title: textOf(values.get("general.name")) ?? textOf(values.get("general.basename")),
    architecture,
    sizeLabel: textOf(values.get("general.size_label")),
    license: textOf(values.get("general.license")) ?? textOf(values.get("general.license.name")),
    quantization: typeof type === "number" ? (fileTypes[type] ?? null) : null,
    trainContext: amountOf(context),
    parameters: amountOf(parameters),
  };
}

/** A text from a file on one line, short, and without characters that a terminal or a page would obey. */
function textOf(value: HeaderValue | undefined): string | null {
  if (typeof value !== "string") return null;
  const plain = value
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\uFFFD]+/gu, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  if (plain === "") return null;
  return plain.length > longestShown ? `${plain.slice(0, longestShown - 1).trimEnd()}…` : plain;
}

const amountOf = (value: HeaderValue | undefined): number | null =>
  typeof value === "number" && Number.isFinite(value) && value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : null;
