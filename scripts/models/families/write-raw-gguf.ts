import { writeFileSync } from "node:fs";
import { u32, u64 } from "../../../src/server/models/sample/gguf-writer.js";
import { type RawMetadata, rawText } from "./raw-metadata.js";

/** Numbers as they stand in the file. `ggmlType`: 0 is F32, 8 is Q8_0. */
export interface RawTensor {
  readonly name: string;
  readonly dims: readonly number[];
  readonly ggmlType: number;
  readonly bytes: Buffer;
}

/** Tensor data starts at multiples of this many bytes, the default of the format. */
const alignment = 32;

/** Writes a GGUF file of version 3. */
export function writeRawGguf(path: string, metadata: RawMetadata, tensors: readonly RawTensor[]): void {
  const parts = [Buffer.from("GGUF"), u32(3), u64(tensors.length), u64(metadata.size)];
  for (const [key, { type, bytes }] of metadata) parts.push(rawText(key), u32(type), bytes);
  let offset = 0;
  for (const { name, dims, ggmlType, bytes } of tensors) {
    parts.push(rawText(name), u32(dims.length), ...dims.map(u64), u32(ggmlType), u64(offset));
    offset += bytes.length + padding(bytes.length).length;
  }
  parts.push(padding(parts.reduce((sum, part) => sum + part.length, 0)));
  for (const { bytes } of tensors) parts.push(bytes, padding(bytes.length));
  writeFileSync(path, Buffer.concat(parts));
}

const padding = (length: number): Buffer => Buffer.alloc((alignment - (length % alignment)) % alignment);
