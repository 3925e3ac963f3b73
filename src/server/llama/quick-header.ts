/**
 * Headers of models, read without making half a million strings of a vocabulary.
 *
 * node-llama-cpp keeps all 262,144 tokens of a Gemma and twice as many merges as long as the model, and llama.cpp reads
 * them once more for each of two estimates of memory: three quarters of a load. Here the tokens stay packed, the merges
 * are left out, and the estimates are made of a header without either. llama.cpp itself reads the model as ever.
 *
 * The only file that names how node-llama-cpp reads files. Sources: its `dist/gguf/parser/GgufV2Parser.js`,
 * `dist/gguf/fileReaders/GgufFsFileReader.js`, `dist/gguf/insights/GgufInsights.js`.
 */
import { statSync } from "node:fs";
import { isOfVocabulary, lightHeader, valueTypes } from "./light-header.js";
import { PackedTexts } from "./packed-texts.js";

/** A place in the file. */
interface Place {
  offset: number;
}

interface FileReader {
  readonly filePath: string;
  /** The file from its beginning, as far as it was read. */
  readonly _buffer: Buffer;
  readUint32(at: Place): number | Promise<number>;
  readUint64(at: Place | number): bigint | Promise<bigint>;
  /** Reads on until there are so many bytes from there; undefined where there are. */
  ensureHasByteRange(at: number, bytes: number): undefined | Promise<void>;
}

interface Parsed {
  readonly metadata: object;
  readonly tensorInfoSize?: number;
}

interface Parser {
  readonly _fileReader: FileReader;
  parse(): Promise<Parsed>;
  _readRawHeader(at: Place): Promise<RawHeader>;
  _readStringValue(at: Place): string | Promise<string>;
  _readGgufValue(type: number, at: Place): unknown;
}

/** What the parser makes of the metadata, and what else was seen on the way. */
interface RawHeader {
  readonly tensorCount: number;
  readonly metadata: Record<string, unknown>;
  readonly headerSize: number;
  readonly entries: readonly Buffer[];
  readonly endsAt: number;
}

interface Insights {
  from(info: { readonly metadata: object; readonly sourceData: object[] }, llama?: unknown): unknown;
}

/** Bytes of each type of number. Source: `ggml/docs/gguf.md`. */
const itemBytes: Readonly<Record<number, number>> = {
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
const lengthBytes = 8;

/** Lists of a tokenizer that are longer belong to its vocabulary. */
const mostOfShort = 1024;

/** Default of "general.alignment". Source: `ggml/docs/gguf.md`. */
const usualAlignment = 32;

let installed: Promise<void> | undefined;

/** From now on this process reads headers so. Only for the version of the library that this was written for. */
export function readHeadersQuickly(): Promise<void> {
  installed ??= install();
  return installed;
}

async function install(): Promise<void> {
  const library = (await import("node-llama-cpp")) as unknown as { readonly GgufInsights: Insights };
  const file = new URL("gguf/parser/GgufV2Parser.js", import.meta.resolve("node-llama-cpp"));
  const { GgufV2Parser } = (await import(file.href)) as { readonly GgufV2Parser: { readonly prototype: Parser } };
  const { prototype } = GgufV2Parser;
  const headers = new WeakMap<Parser, RawHeader>();
  const light = new WeakMap<object, Buffer>();
  const { parse } = prototype;
  prototype._readRawHeader = async function (at) {
    const header = await readHeader(this, at);
    headers.set(this, header);
    return header;
  };
  prototype.parse = async function () {
    const parsed = await parse.call(this);
    const header = headers.get(this);
    const bytes = header && withoutVocabulary(this._fileReader._buffer, header, parsed.tensorInfoSize);
    if (bytes !== undefined) light.set(parsed.metadata, bytes);
    return parsed;
  };
  const { GgufInsights } = library;
  const from = GgufInsights.from;
  GgufInsights.from = (info, llama) => {
    const buffer = light.get(info.metadata);
    // the first part of a file in several has the metadata
    if (buffer !== undefined) info.sourceData[0] = { type: "buffer", buffer };
    return from.call(GgufInsights, info, llama);
  };
}

async function readHeader(parser: Parser, at: Place): Promise<RawHeader> {
  const reader = parser._fileReader;
  const { size } = statSync(reader.filePath);
  const startsAt = at.offset;
  const tensorCount = Number(await reader.readUint64(at));
  const metadata: Record<string, unknown> = {};
  const entries: Buffer[] = [];
  for (let left = Number(await reader.readUint64(at)); left > 0; left--) {
    const entryAt = at.offset;
    const key = await parser._readStringValue(at);
    const type = await reader.readUint32(at);
    const isLong = type === valueTypes.list && key.startsWith("tokenizer.") && (await isLongList(reader, at));
    metadata[key] = isLong ? await readLongList(reader, key, at, size) : await parser._readGgufValue(type, at);
    if (at.offset > size) throw new Error(`the file ends within "${key.slice(0, 100)}"`);
    if (!isLong && !isOfVocabulary(key)) entries.push(Buffer.from(reader._buffer.subarray(entryAt, at.offset)));
  }
  return { tensorCount, metadata, headerSize: at.offset - startsAt, entries, endsAt: at.offset };
}

async function isLongList(reader: FileReader, { offset }: Place): Promise<boolean> {
  return (await reader.readUint64(offset + 4)) > mostOfShort;
}

/** Tokens packed, their kinds as numbers; of anything else nothing but that it is there. */
async function readLongList(reader: FileReader, key: string, at: Place, size: number): Promise<unknown> {
  const type = await reader.readUint32(at);
  const count = Number(await reader.readUint64(at));
  const startsAt = at.offset;
  if (type === valueTypes.text) await skipTexts(reader, at, count, size);
  else at.offset += count * (itemBytes[type] ?? Number.POSITIVE_INFINITY);
  if (at.offset > size) throw new Error(`the file ends within "${key.slice(0, 100)}"`);
  await reader.ensureHasByteRange(startsAt, at.offset - startsAt);
  const bytes = reader._buffer.subarray(startsAt, at.offset);
  if (key === "tokenizer.ggml.tokens" && type === valueTypes.text) return new PackedTexts(bytes, count);
  if (key === "tokenizer.ggml.token_type" && type === valueTypes.i32) {
    // every processor that the library is made for has the file's order of bytes
    return new Int32Array(new Uint8Array(bytes).buffer);
  }
  return [];
}

async function skipTexts(reader: FileReader, at: Place, count: number, size: number): Promise<void> {
  let buffer = reader._buffer;
  let offset = at.offset;
  for (let left = count; left > 0 && offset <= size; left--) {
    if (offset + lengthBytes > buffer.length) {
      await reader.ensureHasByteRange(offset, lengthBytes);
      buffer = reader._buffer;
    }
    offset += lengthBytes + buffer.readUInt32LE(offset) + buffer.readUInt32LE(offset + 4) * 2 ** 32;
  }
  at.offset = offset;
}

/** Undefined where the vocabulary is no list of texts. */
function withoutVocabulary(file: Buffer, header: RawHeader, tensorBytes: number | undefined): Buffer | undefined {
  const { metadata, endsAt, entries, tensorCount } = header;
  const [tokens, architecture] = [metadata["tokenizer.ggml.tokens"], metadata["general.architecture"]];
  const alignment = Number(metadata["general.alignment"] ?? usualAlignment);
  if (!(tokens instanceof PackedTexts) || typeof architecture !== "string" || tensorBytes === undefined)
    return undefined;
  if (!Number.isSafeInteger(alignment) || alignment < 1) return undefined;
  const tensors = Buffer.from(file.subarray(endsAt, endsAt + tensorBytes));
  const magic = Buffer.from(file.subarray(0, 8));
  return lightHeader({ magic, tensorCount, entries, architecture, tokens: tokens.length, tensors, alignment });
}
