/** Shows a reply where it was asked for, as it comes. */
import { messageOf } from "../../server/async/message-of.js";
import type { Answer } from "../client/answer.js";
import { cleanText } from "../client/clean-text.js";
import type { End } from "../client/ongoing.js";
import type { StreamingReply } from "../client/reply.js";
import { inKernel } from "../kernel/kernel.js";
import { answerFooter, answerView, unfinishedView } from "./answer-view.js";
import { LiveOutput } from "./live-output.js";
import { markShown } from "./self-displaying.js";
import { durationText } from "./units.js";

/** Milliseconds between two pieces of text written into a cell: 15 a second. */
const textPauseMs = 67;

/**
 * Streams the reply into an output of the running cell, or to the standard output where there is none.
 *
 * `continued` is the text it continues, shown before it. The cell that ends with the reply or with its answer does not
 * show it a second time.
 */
export function streamIntoCell(reply: StreamingReply, continued?: string): StreamingReply {
  const began = performance.now();
  markShown(reply);
  const output = LiveOutput.open(unfinishedView(reply, "asked …", continued));
  if (output) intoLiveOutput(reply, output, began, continued);
  else intoOutput(reply, began);
  return reply;
}

function intoLiveOutput(reply: StreamingReply, output: LiveOutput, began: number, continued: string | undefined): void {
  reply.onPiece(() => output.update(() => unfinishedView(reply, "…", continued)));
  reply.onEnd((end) => {
    const view =
      end.state === "done"
        ? answerView(markShown(end.value), continued)
        : unfinishedView(reply, why(end, began), continued);
    output.end(view);
  });
}

function intoOutput(reply: StreamingReply, began: number): void {
  let written = 0;
  let saysThinking = false;
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    if (reply.reasoning !== "" && !saysThinking) {
      saysThinking = true;
      process.stdout.write("(thinking …)\n");
    }
    const text = reply.text.slice(written);
    written += text.length;
    if (text !== "") process.stdout.write(cleanText(text));
  };
  reply.onPiece(() => {
    if (!inKernel()) write();
    else timer ??= setTimeout(write, textPauseMs).unref();
  });
  reply.onEnd((end) => {
    clearTimeout(timer);
    write();
    const lines =
      end.state === "done"
        ? [`— ${answerFooter(markShown(end.value))}`, ...end.value.warnings.map((warning) => `! ${warning}`)]
        : [`— ${why(end, began)}`];
    process.stdout.write(cleanText(`\n${lines.join("\n")}\n`));
  });
}

function why(end: Exclude<End<Answer>, { state: "done" }>, began: number): string {
  const after = `after ${durationText(performance.now() - began)}`;
  if (end.state === "cancelled") return `cancelled ${after}`;
  return `failed ${after}: ${messageOf(end.error)}`;
}
