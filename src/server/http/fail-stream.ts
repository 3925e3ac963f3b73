import { type ErrorReply, errorReply } from "./errors.js";
import type { HttpServices } from "./http-services.js";
import type { RequestRecord } from "./request-record.js";
import type { LabContext } from "./route.js";
import { type FrameWriter, StreamAbandoned } from "./stream-writer.js";

interface FailedStream {
  readonly ctx: LabContext;
  readonly services: Pick<HttpServices, "log">;
  readonly record: Pick<RequestRecord, "explain">;
  readonly error: unknown;
}

/** Ends a stream whose answer failed: `frame` spells the last frame; a stream that nobody reads is given up. */
export async function failStream(
  writer: FrameWriter,
  { ctx, services: { log }, record, error }: FailedStream,
  frame: (reply: ErrorReply) => string,
): Promise<void> {
  const reply = errorReply(record.explain(error));
  const fields = { request: ctx.state.requestId, error };
  if (error instanceof StreamAbandoned) {
    log.info("a stream was given up", { ...fields, error: error.message });
    return writer.abandon();
  }
  if (reply.unexpected) log.error("unexpected error", fields);
  await writer.write(frame(reply)).catch(() => {});
  writer.close();
}
