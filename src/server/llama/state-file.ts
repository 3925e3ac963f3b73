/**
 * The file of one sequence: what the native library wrote, then a header of ours in JSON, its length and a mark.
 *
 * The library believes what it reads: a byte too few ends the process, a changed count hangs it, the state of another
 * model answers nonsense. So nothing is handed to it before length, checksum and origin agree. The header stands at the
 * end, where the library does not look: in front of it, every file would have to be copied before it could be read.
 */
import { createHash } from "node:crypto";
import { appendFileSync, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";

/** What a state was made by: it is of use for exactly the same only. Any text, compared as a whole. */
export interface StateOrigin {
  /** Model, engine and settings of the context. */
  readonly fingerprint: string;
  /** Whose conversation it is. */
  readonly key: string;
}

interface Header extends StateOrigin {
  readonly format: number;
  readonly tokens: number;
  readonly bodyBytes: number;
  readonly sha256: string;
}

const format = 1;
const mark = Buffer.from("LOCALLAB");
/** The header's length and the mark. */
const tailBytes = 4 + mark.length;
/** A header is some hundred bytes. */
const mostHeaderBytes = 65_536;
/** Bytes read and summed in one go: about half a millisecond in which nothing else happens. */
const sliceBytes = 2 ** 20;

/** Adds the header to a file that the native library has written. Resolves with the bytes of the whole file. */
export async function sealState(path: string, tokens: number, origin: StateOrigin): Promise<number> {
  const file = openSync(path, "r");
  let header: Header;
  try {
    const bodyBytes = fstatSync(file).size;
    const { fingerprint, key } = origin;
    header = { format, fingerprint, key, tokens, bodyBytes, sha256: await checksum(file, bodyBytes) };
  } finally {
    closeSync(file);
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  appendFileSync(path, Buffer.concat([text, length, mark]));
  return header.bodyBytes + text.length + tailBytes;
}

/** Why the file may not be loaded, as a part of a sentence; null when it is whole, unchanged and of this origin. */
export async function stateProblem(path: string, tokens: number, origin: StateOrigin): Promise<string | null> {
  const file = openSync(path, "r");
  try {
    const sizeBytes = fstatSync(file).size;
    const header = readHeader(file, sizeBytes);
    if (typeof header === "string") return header;
    if (header.fingerprint !== origin.fingerprint) return "it was made by another model, engine or context";
    if (header.key !== origin.key) return "it is of another key";
    if (header.tokens !== tokens) return `it has ${header.tokens} tokens instead of ${tokens}`;
    return (await checksum(file, header.bodyBytes)) === header.sha256 ? null : "its content has changed";
  } finally {
    closeSync(file);
  }
}

/** The header, or why there is none. */
function readHeader(file: number, sizeBytes: number): Header | string {
  const cut = "it is cut off, or has grown";
  if (sizeBytes < tailBytes) return cut;
  const tail = readAt(file, sizeBytes - tailBytes, tailBytes);
  const length = tail.readUInt32LE();
  const bodyBytes = sizeBytes - tailBytes - length;
  if (!tail.subarray(4).equals(mark) || length > mostHeaderBytes || bodyBytes < 0) return cut;
  let header: Partial<Header> | null;
  try {
    header = JSON.parse(readAt(file, bodyBytes, length).toString("utf8"));
  } catch {
    return "its header cannot be read";
  }
  if (header?.format !== format) return "its header is of another version";
  return header.bodyBytes === bodyBytes ? (header as Header) : cut;
}

function readAt(file: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  const read = readSync(file, buffer, 0, length, position);
  return buffer.subarray(0, read);
}

/**
 * SHA-256 of the first bytes, read in slices with a turn for everything else in between: there is one worker thread,
 * and it decodes.
 */
async function checksum(file: number, sizeBytes: number): Promise<string> {
  const hash = createHash("sha256");
  const buffer = Buffer.allocUnsafe(Math.min(sliceBytes, Math.max(1, sizeBytes)));
  for (let at = 0; at < sizeBytes; ) {
    const read = readSync(file, buffer, 0, Math.min(buffer.length, sizeBytes - at), at);
    if (read === 0) break;
    hash.update(buffer.subarray(0, read));
    at += read;
    await nextTurn();
  }
  return hash.digest("hex");
}
