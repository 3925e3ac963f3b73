/**
 * Metadata of a GGUF file as bytes: a vocabulary goes from one file to another as it is.
 *
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, version 3.
 */
import { readFileSync } from "node:fs";

/** A value: its type and its bytes, as they stand in the file. */
export interface RawValue {
  readonly type: number;
  readonly bytes: Buffer;
}

export type RawMetadata = Map<string, RawValue>;

const types = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
/** Bytes of the types that have always as many. */
const sizes: Readonly<Record<number, number>> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };
/** Where the first key stands. */
const headerBytes = 24;

export function readRawMetadata(path: string): RawMetadata {
  const bytes = readFileSync(path);
  let at = headerBytes;
  const skipText = (): void => {
    at += 8 + bytes.readUInt32LE(at);
  };
  const skip = (type: number): void => {
    if (type === types.string) skipText();
    else if (type !== types.array) at += sizes[type] ?? 0;
    else {
      const [items, length] = [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
      at += 12;
      const size = sizes[items];
      if (size !== undefined) at += length * size;
      else for (let index = 0; index < length; index++) skip(items);
    }
  };
  const metadata: RawMetadata = new Map();
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    const keyAt = at + 8;
    skipText();
    const key = bytes.toString("utf8", keyAt, at);
    const type = bytes.readUInt32LE(at);
    at += 4;
    const start = at;
    skip(type);
    metadata.set(key, { type, bytes: bytes.subarray(start, at) });
  }
  return metadata;
}

/** The texts of a list of texts. */
export function textsOf({ bytes }: RawValue): string[] {
  const texts: string[] = [];
  for (let at = 12; at < bytes.length; ) {
    const end = at + 8 + bytes.readUInt32LE(at);
    texts.push(bytes.toString("utf8", at + 8, end));
    at = end;
  }
  return texts;
}

/** The items of a list of numbers of 32 bits, as bytes. */
export const itemBytes = ({ bytes }: RawValue): Buffer => bytes.subarray(12);

export function rawText(text: string): Buffer {
  const bytes = Buffer.alloc(8 + Buffer.byteLength(text));
  bytes.writeUInt32LE(bytes.length - 8, 0);
  bytes.write(text, 8);
  return bytes;
}

/** A text, a truth, a whole number or another number. */
export function rawValue(value: string | number | boolean): RawValue {
  if (typeof value === "string") return { type: types.string, bytes: rawText(value) };
  if (typeof value === "boolean") return { type: types.bool, bytes: Buffer.from([Number(value)]) };
  const bytes = Buffer.alloc(4);
  const isWhole = Number.isInteger(value);
  if (isWhole) bytes.writeUInt32LE(value);
  else bytes.writeFloatLE(value);
  return { type: isWhole ? types.u32 : types.f32, bytes };
}

export const rawTexts = (texts: readonly string[]): RawValue =>
  rawList("string", texts.length, Buffer.concat(texts.map(rawText)));

/** A list of so many items, whose bytes are given. */
export function rawList(items: "i32" | "f32" | "string", length: number, bytes: Buffer): RawValue {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(types[items], 0);
  head.writeUInt32LE(length, 4);
  return { type: types.array, bytes: Buffer.concat([head, bytes]) };
}
