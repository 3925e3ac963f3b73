/**
 * What the header of a GGUF file says, read before an engine is started for it.
 *
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian.
 */
import { open } from "node:fs/promises";
import { foreignFile } from "./foreign-file.js";
import { ggmlBytes } from "./ggml-sizes.js";
import { GgufBytes, UnreadableHeader } from "./gguf-bytes.js";

/** Of a list only its length and, of a short list of numbers, the largest. */
export interface ListValue {
  readonly length: number;
  readonly largest: number | null;
}

export type HeaderValue = number | string | boolean | ListValue;

export interface GgufHeader {
  /** Long texts are "". */
  readonly values: ReadonlyMap<string, HeaderValue>;
  readonly tensors: number;
  /** Numbers in all tensors together. */
  readonly parameters: number;
  /** Bytes the file has when it is whole. */
  readonly wholeBytes: number;
}

/** A key of metadata takes at least a length, a type and one byte; a tensor a length, two numbers and an offset. */
const leastValueBytes = 13;
const leastTensorBytes = 24;
/** More metadata than any model has; a file may be long enough to claim it. */
const mostValues = 65_536;
const longestKept = 1024;
/** Lists with a number for each layer are looked at, vocabularies are not. */
const longestList = 2048;
/** Source: ggml.h, GGML_MAX_DIMS. */
const mostDimensions = 4;

/**
 * Reads the header. `sizeBytes` is the size of the file.
 *
 * Throws `UnreadableHeader` when the file is not a GGUF file or is damaged, `LongHeader` when it is too long to be
 * judged, and the file system's own error when the file cannot be read.
 */
export async function readGgufHeader(path: string, sizeBytes: number): Promise<GgufHeader> {
  const file = await open(path, "r");
  try {
    const bytes = new GgufBytes(file, sizeBytes);
    await readBeginning(bytes);
    const tensors = await bytes.u64();
    const count = await bytes.u64();
    refuseCount(tensors, leastTensorBytes, bytes.left, "tensors");
    refuseCount(count, leastValueBytes, bytes.left, "values");
    if (count > mostValues) throw new UnreadableHeader(`The file claims ${count} values, more than any model has.`);
    const values = new Map<string, HeaderValue>();
    for (let i = 0; i < count; i++) {
      const key = await bytes.text(longestKept);
      values.set(key, await readValue(bytes, await bytes.u32()));
    }
    const { parameters, lastByte } = await readTensors(bytes, tensors);
    const alignment = values.get("general.alignment");
    const wholeBytes = lastByte(typeof alignment === "number" && alignment > 0 ? alignment : 32);
    return { values, tensors, parameters, wholeBytes };
  } finally {
    await file.close();
  }
}

async function readBeginning(bytes: GgufBytes): Promise<void> {
  const start = await bytes.bytes(Math.min(bytes.left, 64));
  const foreign = foreignFile(start);
  if (foreign !== null) throw new UnreadableHeader(foreign);
  const version = start.length < 8 ? 0 : start.readUInt32LE(4);
  if (start.length >= 8 && version !== 2 && version !== 3) {
    const isSwapped = version !== 0 && (version & 0xffff) === 0;
    throw new UnreadableHeader(
      isSwapped
        ? "The file is a GGUF file for machines of the other byte order."
        : `The file has version ${version} of the GGUF format. Versions 2 and 3 can be loaded.`,
    );
  }
  if (start.length < 24) throw new UnreadableHeader(`The file is cut off: it has only ${start.length} bytes.`);
  bytes.moveTo(8);
}

function refuseCount(count: number, leastBytes: number, left: number, things: string): void {
  if (count * leastBytes <= left) return;
  throw new UnreadableHeader(
    `The file is damaged or cut off: it claims ${count} ${things}, which the ${left} bytes that follow cannot hold.`,
  );
}

const textType = 8;
const listType = 9;

/** Bytes of each type of number. Source: gguf.md, gguf_metadata_value_type. */
const numberBytes: Readonly<Record<number, number>> = {
  0: 1,
  1: 1,
  2: 2,
  3: 2,
  4: 4,
  5: 4,
  6: 4,
  7: 1,
  10: 8,
  11: 8,
  12: 8,
};

async function readValue(bytes: GgufBytes, type: number): Promise<HeaderValue> {
  if (type === textType) return bytes.text(longestKept);
  if (type !== listType) return readNumber(bytes, type);
  const itemType = await bytes.u32();
  const length = await bytes.u64();
  if (itemType === textType) {
    refuseCount(length, 8, bytes.left, "texts in a list");
    await bytes.skipTexts(length);
    return { length, largest: null };
  }
  const size = sizeOf(itemType);
  refuseCount(length, size, bytes.left, "numbers in a list");
  if (length > longestList) {
    bytes.skip(length * size);
    return { length, largest: null };
  }
  let largest: number | null = null;
  for (let i = 0; i < length; i++) largest = Math.max(largest ?? 0, Number(await readNumber(bytes, itemType)));
  return { length, largest };
}

async function readNumber(bytes: GgufBytes, type: number): Promise<number | boolean> {
  const raw = await bytes.bytes(sizeOf(type));
  const readers: Readonly<Record<number, () => number | boolean>> = {
    0: () => raw.readUInt8(),
    1: () => raw.readInt8(),
    2: () => raw.readUInt16LE(),
    3: () => raw.readInt16LE(),
    4: () => raw.readUInt32LE(),
    5: () => raw.readInt32LE(),
    6: () => raw.readFloatLE(),
    7: () => raw.readUInt8() !== 0,
    10: () => Number(raw.readBigUInt64LE()),
    11: () => Number(raw.readBigInt64LE()),
    12: () => raw.readDoubleLE(),
  };
  return readers[type]?.() ?? 0;
}

function sizeOf(type: number): number {
  const size = numberBytes[type];
  if (size === undefined) throw new UnreadableHeader(`The file is damaged: no value has type ${type}.`);
  return size;
}

interface Tensors {
  readonly parameters: number;
  /** Where the last one ends, for an alignment in bytes. */
  readonly lastByte: (alignment: number) => number;
}

/** Reads where the tensors lie. */
async function readTensors(bytes: GgufBytes, count: number): Promise<Tensors> {
  let end = 0;
  let parameters = 0;
  for (let i = 0; i < count; i++) {
    bytes.skip(await bytes.u64());
    const dimensions = await bytes.u32();
    if (dimensions > mostDimensions) {
      throw new UnreadableHeader(`The file is damaged: a tensor claims ${dimensions} dimensions.`);
    }
    let numbers = 1;
    for (let one = 0; one < dimensions; one++) numbers *= await bytes.u64();
    const type = await bytes.u32();
    const offset = await bytes.u64();
    end = Math.max(end, offset + ggmlBytes(type, numbers));
    parameters += numbers;
  }
  const start = bytes.position;
  return {
    parameters,
    lastByte: (alignment) => (count === 0 ? start : Math.ceil(start / alignment) * alignment + end),
  };
}
