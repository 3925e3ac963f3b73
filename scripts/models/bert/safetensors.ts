/** Weights as PyTorch models are published. Format: https://github.com/huggingface/safetensors#format */
import { readFileSync } from "node:fs";

export interface Weights {
  /** Lengths of its dimensions, the slowest first. */
  readonly shape: readonly number[];
  readonly numbers: Float32Array;
}

/** The tensors of single-precision numbers in a file, by name; those of other types are left out. */
export function readSafetensors(path: string): ReadonlyMap<string, Weights> {
  const file = readFileSync(path);
  const headerBytes = Number(file.readBigUInt64LE(0));
  const header: Readonly<Record<string, { dtype?: string; shape: number[]; data_offsets: [number, number] }>> =
    JSON.parse(file.toString("utf8", 8, 8 + headerBytes));
  const weights = new Map<string, Weights>();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (dtype !== "F32") continue;
    const [start, end] = data_offsets.map((offset) => 8 + headerBytes + offset);
    // copied: an array of floats begins at a multiple of four bytes, which the file does not promise
    weights.set(name, { shape, numbers: new Float32Array(new Uint8Array(file.subarray(start, end)).buffer) });
  }
  return weights;
}
