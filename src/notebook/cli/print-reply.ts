/** Prints a reply as it comes, and what a person waits for before it begins. */
import type { Answer } from "../client/answer.js";
import { cleanText } from "../client/clean-text.js";
import type { Connection } from "../client/connection.js";
import type { StreamingReply } from "../client/reply.js";
import { showLoadProgress } from "./load-progress.js";
import { terminal } from "./terminal.js";
import { WordWrap } from "./word-wrap.js";

export interface ReplyOutput {
  /** Text of the model, cleaned. */
  text(piece: string): void;
  /** A thought of the model, cleaned. */
  thought(piece: string): void;
  /** The reply has ended, whatever way: the next word stands on a line of its own. */
  end(): void;
}

/** Where a person looks on: wrapped at the edge, thoughts less strong. In a pipe the text alone. */
export function standardOutput(): ReplyOutput {
  const { dim } = terminal(process.stdout);
  if (process.stdout.isTTY !== true) return pipeOutput();
  const wrap = new WordWrap(() => terminal(process.stdout).columns);
  let hasThought = false;
  const write = (text: string, style: (text: string) => string = (one) => one): void => {
    if (text !== "") process.stdout.write(style(text));
  };
  const endThought = (): void => {
    if (hasThought) write(`${wrap.end()}\n\n`, dim);
    hasThought = false;
  };
  return {
    thought: (piece) => {
      hasThought = true;
      write(wrap.take(piece), dim);
    },
    text: (piece) => {
      endThought();
      write(wrap.take(piece));
    },
    end: () => {
      write(`${wrap.end()}\n`, hasThought ? dim : undefined);
      hasThought = false;
    },
  };
}

function pipeOutput(): ReplyOutput {
  // nothing was printed: no line to end
  let last = "\n";
  return {
    thought: () => {},
    text: (piece) => {
      last = piece.at(-1) ?? last;
      process.stdout.write(piece);
    },
    end: () => {
      if (last !== "\n") process.stdout.write("\n");
      last = "\n";
    },
  };
}

/** Resolves with the answer; fails as the reply does, after what came of it was printed. */
export async function printReply(
  reply: StreamingReply,
  output: ReplyOutput,
  connection: Pick<Connection, "json">,
  note: (sentence: string) => void,
): Promise<Answer> {
  const progress = showLoadProgress(connection, note, () => reply.progress);
  let [text, reasoning] = [0, 0];
  reply.onPiece(() => {
    progress.end();
    if (reply.reasoning.length > reasoning) output.thought(cleanText(reply.reasoning.slice(reasoning)));
    reasoning = reply.reasoning.length;
    if (reply.text.length > text) output.text(cleanText(reply.text.slice(text)));
    text = reply.text.length;
  });
  try {
    return await reply;
  } finally {
    progress.end();
    output.end();
  }
}
