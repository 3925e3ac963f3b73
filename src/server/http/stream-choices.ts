/** Several answers as one stream of events, in whichever API's frames. */
import type { Generation } from "../engine/generation.js";
import type { GenerationResult, Piece } from "../engine/result.js";
import type { ChoicesCall } from "../schema/generation-call.js";
import { refuseShortened } from "./answer-extras.js";
import { beginStream } from "./begin-stream.js";
import { beginChoice, beginChoices, type Choices, eachChoice, untilRead } from "./choices.js";
import type { ErrorReply } from "./errors.js";
import { failStream } from "./fail-stream.js";
import type { HttpServices } from "./http-services.js";
import type { LabContext } from "./route.js";
import { commentFrame } from "./sse.js";
import type { FrameWriter } from "./stream-writer.js";

/** How an API spells a stream. Every function gives frames, or "" for nothing. */
export interface ChoiceFormat {
  /** The prompt of this answer is being read: its tokens are known. */
  begin(generation: Generation, index: number): string;
  piece(piece: Piece, generation: Generation, index: number): string;
  /** One answer is complete. */
  finish(result: GenerationResult, index: number): string;
  /** All are; with what ends the stream. */
  end(results: readonly GenerationResult[]): string;
  fail(reply: ErrorReply): string;
}

/**
 * Streams the answers. Throws, before anything is sent, what happens before the model reads the prompt (a stream waits for
 * that 2 s at most, and for a load as long as a whole answer would); whatever happens later is the last frame.
 */
export async function streamChoices(
  ctx: LabContext,
  services: HttpServices,
  call: ChoicesCall,
  format: ChoiceFormat,
): Promise<void> {
  const writer = beginStream(ctx, services);
  try {
    await answerInto(writer, beginChoices(ctx, services, call), format);
  } finally {
    writer.dispose();
  }
}

async function answerInto(writer: FrameWriter, choices: Choices, format: ChoiceFormat): Promise<void> {
  const { ctx, services, call } = choices;
  const [first] = beginChoice(choices, 0);
  try {
    await untilRead(choices, first, services.timings.startedWaitMs);
    refuseShortened(call, first.request, first);
    // from here on Koa has no part in the reply
    ctx.respond = false;
    await send(writer, choices, first, format);
  } catch (error) {
    throw choices.record.explain(error);
  } finally {
    first.cancel("client");
  }
}

async function send(writer: FrameWriter, choices: Choices, first: Generation, format: ChoiceFormat): Promise<void> {
  const { ctx, services, record } = choices;
  const { timings } = services;
  writer.open();
  const comments = setInterval(() => writer.comment(commentFrame), timings.keepAliveMs);
  try {
    await writeAnswers(choices, first, format, writer);
  } catch (error) {
    return await failStream(writer, { ctx, services, record, error }, (reply) => format.fail(reply));
  } finally {
    clearInterval(comments);
  }
  writer.close();
}

async function writeAnswers(
  choices: Choices,
  first: Generation,
  format: ChoiceFormat,
  writer: FrameWriter,
): Promise<void> {
  const { call, ctx } = choices;
  let whenStreaming = ctx.state.identity?.whenStreaming;
  // one frame after the other, whichever answer it belongs to
  let written: Promise<void> = Promise.resolve();
  let hasFailed = false;
  const write = (frames: string): Promise<void> => {
    written = written.then(() => (hasFailed ? undefined : writer.write(frames)));
    return written;
  };
  const results = await eachChoice(choices, async (index) => {
    const [generation] = index === 0 ? [first] : beginChoice(choices, index);
    try {
      await untilRead(choices, generation);
      await write(format.begin(generation, index));
      for await (const piece of generation) {
        refuseShortened(call, generation.request, generation);
        await write(format.piece(piece, generation, index));
        await whenStreaming?.();
        whenStreaming = undefined;
      }
      const result = await generation;
      refuseShortened(call, generation.request, result);
      await write(format.finish(result, index));
      return result;
    } catch (error) {
      // the last frame is the one that says so
      hasFailed = true;
      throw error;
    } finally {
      generation.cancel("client");
    }
  });
  await write(format.end(results));
}
