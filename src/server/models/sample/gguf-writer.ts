/**
 * Writes GGUF files, version 3, little-endian.
 *
 * The same calls give the same bytes, always. Nothing is checked beyond sizes, so that tests can also write files
 * that a loader must refuse. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { type GgmlType, ggmlTypes, tensorBytes } from "./ggml-types.js";

/** Tensor data starts at multiples of this many bytes (`general.alignment`, default of the format). */
const alignment = 32;

const valueTypes = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;

export type MetadataValue =
  | { readonly type: "u32" | "f32"; readonly value: number }
  | { readonly type: "bool"; readonly value: boolean }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "i32s"; readonly value: readonly number[] };

export interface Tensor {
  readonly name: string;
  /** ggml order: the first is the length of a row in memory. */
  readonly dims: readonly number[];
  readonly type: GgmlType;
  /** The bytes, in pieces of any size. */
  readonly data: () => Iterable<Uint8Array>;
}

const paddingAfter = (bytes: number): number => (alignment - (bytes % alignment)) % alignment;

export class GgufWriter {
  /** In file order; may be changed until the file is written. */
  readonly metadata: Map<string, MetadataValue> = new Map();
  readonly tensors: Tensor[] = [];

  string(key: string, value: string): this {
    this.metadata.set(key, { type: "string", value });
    return this;
  }

  strings(key: string, value: readonly string[]): this {
    this.metadata.set(key, { type: "strings", value });
    return this;
  }

  u32(key: string, value: number): this {
    this.metadata.set(key, { type: "u32", value });
    return this;
  }

  f32(key: string, value: number): this {
    this.metadata.set(key, { type: "f32", value });
    return this;
  }

  bool(key: string, value: boolean): this {
    this.metadata.set(key, { type: "bool", value });
    return this;
  }

  i32s(key: string, value: readonly number[]): this {
    this.metadata.set(key, { type: "i32s", value });
    return this;
  }

  tensor(tensor: Tensor): this {
    this.tensors.push(tensor);
    return this;
  }

  /** The whole file in pieces, in order. */
  *bytes(): Generator<Uint8Array, void, undefined> {
    const header = this.#header();
    yield header;
    yield new Uint8Array(paddingAfter(header.length));
    for (const { name, type, dims, data } of this.tensors) {
      const size = tensorBytes(type, dims);
      let written = 0;
      for (const piece of data()) {
        written += piece.byteLength;
        yield piece;
      }
      if (written !== size) throw new RangeError(`The tensor ${name} has ${written} bytes; its shape needs ${size}.`);
      yield new Uint8Array(paddingAfter(size));
    }
  }

  /** Writes the file beside its place and moves it there, so that no reader ever sees half a file. Returns its size. */
  async write(path: string): Promise<number> {
    return await writeAtomically(path, this.bytes());
  }

  #header(): Buffer {
    const parts: Buffer[] = [Buffer.from("GGUF"), u32(3), u64(this.tensors.length), u64(this.metadata.size)];
    for (const [key, value] of this.metadata) parts.push(text(key), encodeValue(value));
    let offset = 0;
    for (const { name, type, dims } of this.tensors) {
      parts.push(text(name), u32(dims.length), ...dims.map(u64), u32(ggmlTypes[type].id), u64(offset));
      const size = tensorBytes(type, dims);
      offset += size + paddingAfter(size);
    }
    return Buffer.concat(parts);
  }
}

/** Writes pieces to a temporary file in the same folder, then renames it to `path`. Returns the number of bytes. */
export async function writeAtomically(path: string, pieces: Iterable<Uint8Array>): Promise<number> {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  let size = 0;
  try {
    const file = await open(temporary, "wx", 0o644);
    try {
      for (const piece of pieces) {
        await file.writeFile(piece);
        size += piece.byteLength;
      }
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return size;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  return Buffer.concat([u64(bytes.length), bytes]);
}

function encodeValue(entry: MetadataValue): Buffer {
  switch (entry.type) {
    case "u32":
      return Buffer.concat([u32(valueTypes.u32), u32(entry.value)]);
    case "f32":
      return Buffer.concat([u32(valueTypes.f32), f32(entry.value)]);
    case "bool":
      return Buffer.concat([u32(valueTypes.bool), Buffer.from([entry.value ? 1 : 0])]);
    case "string":
      return Buffer.concat([u32(valueTypes.string), text(entry.value)]);
    case "strings":
      return encodeArray(valueTypes.string, entry.value.map(text));
    case "i32s":
      return encodeArray(valueTypes.i32, entry.value.map(i32));
  }
}

const encodeArray = (type: number, items: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(valueTypes.array), u32(type), u64(items.length), Buffer.concat(items)]);
