/** Shows a reply where it was asked for, as it comes. */
import { messageOf } from "../../server/async/message-of.js";
import type { Health } from "../../server/wire/system.js";
import type { Answer } from "../client/answer.js";
import { cleanText } from "../client/clean-text.js";
import type { End } from "../client/ongoing.js";
import type { StreamingReply } from "../client/reply.js";
import { inKernel } from "../kernel/kernel.js";
import { answerFooter, answerView, thinkingView, thoughtsView, unfinishedView } from "./answer-view.js";
import { LiveOutput } from "./live-output.js";
import { liveText, waitingText } from "./live-text.js";
import { markShown } from "./self-displaying.js";
import { durationText } from "./units.js";

/** Milliseconds between two pieces of text written into a cell: 15 a second. */
const textPauseMs = 67;

/** Milliseconds between two looks at where it stands, while nothing comes. */
const lookPauseMs = 500;

/**
 * Streams the reply into an output of the running cell, or to the standard output where there is none.
 *
 * The cell that ends with the reply or with its answer does not show it a second time.
 */
export function streamIntoCell(reply: StreamingReply): StreamingReply {
  markShown(reply);
  const began = performance.now();
  const output = LiveOutput.open(unfinishedView(reply, "asked …", reply.asked));
  if (output) new StreamedOutput(reply, output, began);
  else intoOutput(reply, began);
  return reply;
}

/** A reply in the outputs of a cell: thoughts, if there are any, in one that does not change any more once they are over. */
class StreamedOutput {
  readonly #reply: StreamingReply;
  readonly #began: number;
  #output: LiveOutput;
  #thoughtsEnded = false;
  #health: Health | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(reply: StreamingReply, output: LiveOutput, began: number) {
    this.#reply = reply;
    this.#output = output;
    this.#began = began;
    reply.onPiece(() => this.#show());
    reply.onEnd((end) => this.#end(end));
    this.#lookLater();
  }

  get #tookMs(): number {
    return performance.now() - this.#began;
  }

  #show(): void {
    const reply = this.#reply;
    const isThinking = reply.reasoning !== "" && reply.text === "";
    if (!isThinking) this.#foldThoughts();
    this.#output.update(() =>
      isThinking ? thinkingView(reply.reasoning, this.#status) : unfinishedView(reply, this.#status, reply.asked),
    );
  }

  get #status(): string {
    const hasBegun = this.#reply.pieceCount > 0;
    return hasBegun
      ? liveText(this.#reply, this.#tookMs)
      : waitingText(this.#health, this.#tookMs, this.#reply.progress);
  }

  /** What was thought stays where it stands; the answer gets an output of its own below. */
  #foldThoughts(): void {
    const { reasoning } = this.#reply;
    if (this.#thoughtsEnded || reasoning === "") return;
    this.#thoughtsEnded = true;
    this.#output.end(thoughtsView(reasoning));
    const next = LiveOutput.open(unfinishedView(this.#reply, this.#status, this.#reply.asked));
    if (next) this.#output = next;
  }

  #end(end: End<Answer>): void {
    clearTimeout(this.#timer);
    this.#foldThoughts();
    const { asked } = this.#reply;
    if (end.state !== "done") {
      this.#output.end(unfinishedView(this.#reply, why(this.#reply, end, this.#tookMs), { ...asked, isOver: true }));
      return;
    }
    const answer = markShown(end.value);
    this.#output.end(answerView(this.#thoughtsEnded ? { ...answer, reasoning: null } : answer, asked));
  }

  /** The clock goes on while nothing comes; what the lab waits for is said where nothing has come at all. */
  #lookLater(): void {
    this.#timer = setTimeout(() => void this.#look(), lookPauseMs).unref();
  }

  async #look(): Promise<void> {
    // a lab that does not answer is what the reply itself will say
    if (this.#reply.pieceCount === 0) this.#health = await this.#reply.asked.lookAround?.().catch(() => undefined);
    if (this.#reply.state !== "running") return;
    this.#show();
    this.#lookLater();
  }
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
        ? [
            `— ${answerFooter(markShown(end.value), reply.asked.maxLength)}`,
            ...end.value.warnings.map((warning) => `! ${warning}`),
          ]
        : [`— ${why(reply, end, performance.now() - began)}`];
    process.stdout.write(cleanText(`\n${lines.join("\n")}\n`));
  });
}

/** The reason is told once: by who awaits the reply, else here. */
function why(reply: StreamingReply, end: Exclude<End<Answer>, { state: "done" }>, tookMs: number): string {
  const after = `${end.state} after ${durationText(tookMs)}`;
  return end.state === "failed" && !reply.isAwaited ? `${after}: ${messageOf(end.error)}` : after;
}
