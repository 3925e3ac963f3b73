/**
 * The bytes of a file from the beginning on, a window at a time.
 *
 * Every number that the file claims is checked against what is left of it before it is believed.
 */
import type { FileHandle } from "node:fs/promises";

/** The file is no readable GGUF file; the message is a sentence that says why. */
export class UnreadableHeader extends Error {
  override readonly name = "UnreadableHeader";
}

/** The header is longer than this reader looks at: nothing can be said about the rest of the file. */
export class LongHeader extends Error {
  override readonly name = "LongHeader";
}

const windowBytes = 256 * 1024;
/** Headers end before: the largest vocabularies take some 20 MB. */
const mostHeaderBytes = 128 * 2 ** 20;

export class GgufBytes {
  readonly sizeBytes: number;
  #file: Pick<FileHandle, "read">;
  #window: Buffer = Buffer.alloc(0);
  /** Where in the file the window begins. */
  #start = 0;
  /** Where in the file the next byte is read. */
  #at = 0;

  constructor(file: Pick<FileHandle, "read">, sizeBytes: number) {
    this.#file = file;
    this.sizeBytes = sizeBytes;
  }

  get position(): number {
    return this.#at;
  }

  get left(): number {
    return this.sizeBytes - this.#at;
  }

  async u8(): Promise<number> {
    return (await this.#take(1)).readUInt8();
  }

  async u32(): Promise<number> {
    return (await this.#take(4)).readUInt32LE();
  }

  /** A count or a length. Beyond 2^53 it loses digits, which does not matter: no file is that long. */
  async u64(): Promise<number> {
    return Number((await this.#take(8)).readBigUInt64LE());
  }

  async bytes(count: number): Promise<Buffer> {
    return Buffer.from(await this.#take(count));
  }

  /** A text of at most `most` bytes. Longer ones are passed over and are "". */
  async text(most: number): Promise<string> {
    const length = await this.u64();
    this.#demand(length);
    if (length <= most) return (await this.#take(length)).toString("utf8");
    this.skip(length);
    return "";
  }

  /** Reads on from here. */
  moveTo(position: number): void {
    this.#at = position;
  }

  skip(count: number): void {
    this.#demand(count);
    this.#at += count;
  }

  /** Passes over so many texts. Waits once a window, not once a text: vocabularies have hundreds of thousands. */
  async skipTexts(count: number): Promise<void> {
    for (let left = count; left > 0; left--) {
      if (this.#buffered < 8) await this.#fill(8);
      const length = Number(this.#window.readBigUInt64LE(this.#at - this.#start));
      this.#at += 8;
      this.skip(length);
    }
  }

  get #buffered(): number {
    const within = this.#at - this.#start;
    return within < 0 || within > this.#window.length ? 0 : this.#window.length - within;
  }

  async #take(count: number): Promise<Buffer> {
    if (this.#buffered < count) await this.#fill(count);
    const begin = this.#at - this.#start;
    this.#at += count;
    return this.#window.subarray(begin, begin + count);
  }

  async #fill(count: number): Promise<void> {
    this.#demand(count);
    if (this.#at + count > mostHeaderBytes) throw new LongHeader("The header is longer than 128 MiB.");
    const wanted = Math.min(Math.max(count, windowBytes), this.left);
    const window = Buffer.alloc(wanted);
    let got = 0;
    while (got < wanted) {
      const { bytesRead } = await this.#file.read(window, got, wanted - got, this.#at + got);
      if (bytesRead === 0) break;
      got += bytesRead;
    }
    if (got < count) throw new UnreadableHeader("The file became shorter while it was read.");
    this.#window = window.subarray(0, got);
    this.#start = this.#at;
  }

  #demand(count: number): void {
    if (count <= this.left) return;
    throw new UnreadableHeader(
      `The file is damaged or cut off: at byte ${this.#at} its header needs more than the ${this.sizeBytes} bytes there are.`,
    );
  }
}
