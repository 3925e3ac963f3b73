/** What may be written to a stream beside plain text. */
import type { WriteStream } from "node:tty";
import { environment } from "../kernel/environment.js";

export interface Terminal {
  /** True on a terminal that understands more than text. */
  readonly isRewritable: boolean;
  /** The same text, less strong where that is possible and wanted. */
  dim(text: string): string;
}

/** What this stream can show. With NO_COLOR set and not empty it is text alone. Source: https://no-color.org */
export function terminal(stream: Pick<WriteStream, "isTTY">): Terminal {
  const env = environment();
  const isRewritable = stream.isTTY === true && env.TERM !== "dumb" && !env.NO_COLOR;
  // select graphic rendition 2 and 22: faint on and off (ECMA-48, 8.3.117)
  return { isRewritable, dim: (text) => (isRewritable && text !== "" ? `\u001b[2m${text}\u001b[22m` : text) };
}
