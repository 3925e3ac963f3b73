/**
 * Replies to requests whose body was not read to its end.
 *
 * Closing a connection with unread bytes in it makes the client lose the reply. So the reply goes out whole, and the
 * connection is closed only after a bounded part of the rest was thrown away.
 */
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import type { LabContext } from "./route.js";

/** Bytes of an unwanted body that are read and thrown away before the connection is cut. */
const drainedBytes = 16 * 1024 * 1024;

/** Makes the reply close the connection, late, when the request has bytes that were not read. */
export function withUnreadBody(ctx: LabContext, drainMs: number): void {
  if (ctx.req.complete || ctx.req.destroyed) return;
  const body = Buffer.from(JSON.stringify(ctx.body ?? {}));
  const { status } = ctx;
  ctx.set("Connection", "close");
  if (ctx.method === "HEAD") return;
  ctx.body = Readable.from(sendThenDrain(body, ctx.req, drainMs));
  ctx.status = status;
  ctx.type = "json";
  ctx.length = body.length;
}

async function* sendThenDrain(body: Buffer, request: IncomingMessage, drainMs: number): AsyncGenerator<Buffer> {
  yield body;
  await drain(request, drainMs);
}

function drain(request: IncomingMessage, drainMs: number): Promise<void> {
  return new Promise((resolve) => {
    let left = drainedBytes;
    const timer = setTimeout(done, drainMs);
    function done(): void {
      clearTimeout(timer);
      request.off("data", count).off("end", done).off("close", done).off("error", done);
      request.pause();
      resolve();
    }
    function count(chunk: Buffer): void {
      left -= chunk.length;
      if (left <= 0) done();
    }
    request.on("data", count).on("end", done).on("close", done).on("error", done);
    request.resume();
  });
}
