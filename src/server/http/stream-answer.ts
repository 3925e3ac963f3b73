/** An answer in pieces, as they are made. */
import { settlesWithin } from "../async/within.js";
import type { Generation } from "../engine/generation.js";
import type { GenerationCall } from "../schema/generation-call.js";
import { answerEnd, refuseShortened } from "./answer-extras.js";
import { beginStream } from "./begin-stream.js";
import { failStream } from "./fail-stream.js";
import type { HttpServices } from "./http-services.js";
import type { LabContext } from "./route.js";
import { startGeneration } from "./running-generation.js";
import { commentFrame } from "./sse.js";
import type { StreamFormat } from "./stream-format.js";
import { progressFrame } from "./stream-progress.js";
import type { FrameWriter } from "./stream-writer.js";

/** Whether the client asked for server-sent events by name; "anything" means LocalLab's own form. */
export function wantsEvents(ctx: LabContext): boolean {
  return /(?:^|[\s,])text\/event-stream(?:[\s,;]|$)/i.test(ctx.req.headers.accept ?? "");
}

/**
 * Streams the answer. Throws, before anything is sent, what happens before the model reads the prompt (an event stream
 * waits for that 2 s at most); whatever happens later is the last frame.
 */
export async function streamAnswer(
  ctx: LabContext,
  services: HttpServices,
  route: string,
  call: GenerationCall,
  format: StreamFormat,
): Promise<void> {
  const writer = beginStream(ctx, services);
  try {
    await answerInto(writer, ctx, services, route, call, format);
  } finally {
    writer.dispose();
  }
}

async function answerInto(
  writer: FrameWriter,
  ctx: LabContext,
  services: HttpServices,
  route: string,
  call: GenerationCall,
  format: StreamFormat,
): Promise<void> {
  const { generation, record } = startGeneration(ctx, services, route, call);
  try {
    await untilStarted(generation, format.hasComments ? services.timings.startedWaitMs : undefined);
    refuseShortened(call, call.request, generation);
    // from here on Koa has no part in the reply
    ctx.respond = false;
    await send(writer, ctx, services, call, { generation, record }, format);
  } catch (error) {
    throw record.explain(error);
  } finally {
    generation.cancel("client");
  }
}

async function send(
  writer: FrameWriter,
  ctx: LabContext,
  services: HttpServices,
  call: GenerationCall,
  { generation, record }: ReturnType<typeof startGeneration>,
  format: StreamFormat,
): Promise<void> {
  writer.open();
  const endComments = format.hasComments ? keepTelling(services, writer, generation) : () => {};
  try {
    await writeAnswer(ctx, call, generation, format, writer);
  } catch (error) {
    return await failStream(writer, { ctx, services, record, error }, ({ body }) => format.fail(body));
  } finally {
    endComments();
  }
  writer.close();
}

/** Comments while nothing else comes: that it still works, and how far it is before its first piece. */
function keepTelling({ models, timings }: HttpServices, writer: FrameWriter, generation: Generation): () => void {
  let told = "";
  const alive = setInterval(() => writer.comment(commentFrame), timings.keepAliveMs);
  const progress = setInterval(() => {
    const frame = progressFrame(generation, models.status(generation.caller));
    if (frame !== "" && frame !== told) writer.comment(frame);
    told = frame;
  }, timings.progressMs);
  return () => {
    clearInterval(alive);
    clearInterval(progress);
  };
}

async function writeAnswer(
  ctx: LabContext,
  call: GenerationCall,
  generation: Generation,
  format: StreamFormat,
  writer: FrameWriter,
): Promise<void> {
  const id = ctx.state.requestId;
  let whenStreaming = ctx.state.identity?.whenStreaming;
  for await (const piece of generation) {
    refuseShortened(call, call.request, generation);
    await writer.write(format.piece(piece, { id, model: generation.model ?? "" }));
    await whenStreaming?.();
    whenStreaming = undefined;
  }
  const result = await generation;
  refuseShortened(call, call.request, result);
  await writer.write(format.end(answerEnd(id, call, result)));
}

/** Resolves when the prompt is being read, or after `limitMs`; rejects when the generation fails before. */
async function untilStarted(generation: Generation, limitMs: number | undefined): Promise<void> {
  if (limitMs === undefined || (await settlesWithin(limitMs, generation.started))) await generation.started;
}
