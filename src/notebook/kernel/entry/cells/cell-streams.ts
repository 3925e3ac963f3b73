/** What is printed goes to the cell that began the work, not to the one that runs by then. */
import { StringDecoder } from "node:string_decoder";
import type { ToChannels } from "../channels/thread-messages.js";
import { type Cell, currentCell } from "./cell.js";

type StreamName = "stdout" | "stderr";
type Written = (error?: Error | null) => void;

/** Takes over the process's two streams. What is printed before the first cell goes where it went. */
export function takeOverStreams(post: (message: ToChannels) => void): void {
  for (const name of ["stdout", "stderr"] as const) {
    const stream = process[name];
    const original = stream.write.bind(stream) as typeof stream.write;
    const decoders = new WeakMap<Cell, StringDecoder>();
    stream.write = ((chunk: string | Uint8Array, encoding?: BufferEncoding | Written, written?: Written): boolean => {
      const cell = currentCell();
      if (cell === undefined) return original(chunk, encoding as BufferEncoding, written);
      const text = textOf(chunk, encoding, () => decoderOf(decoders, cell));
      if (text !== "") post({ type: "stream", cell: cell.id, name: name satisfies StreamName, text });
      const callback = typeof encoding === "function" ? encoding : written;
      if (callback !== undefined) process.nextTick(callback);
      return true;
    }) as typeof stream.write;
  }
}

/** A character may come in two pieces; its first is kept until the second comes. */
function textOf(chunk: unknown, encoding: unknown, decoder: () => StringDecoder): string {
  if (typeof chunk === "string")
    return typeof encoding === "string" && !/^utf-?8$/i.test(encoding)
      ? Buffer.from(chunk, encoding as BufferEncoding).toString()
      : chunk;
  if (chunk instanceof Uint8Array)
    return decoder().write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  throw new TypeError(
    `The "chunk" argument must be of type string or an instance of Buffer or Uint8Array. Received ${String(chunk)}`,
  );
}

function decoderOf(decoders: WeakMap<Cell, StringDecoder>, cell: Cell): StringDecoder {
  const decoder = decoders.get(cell) ?? new StringDecoder();
  decoders.set(cell, decoder);
  return decoder;
}
