/** What may be written to a stream beside plain text, and how wide it is. */
import type { WriteStream } from "node:tty";
import { environment } from "../kernel/environment.js";

export interface Terminal {
  /** True on a terminal that understands more than text. */
  readonly isRewritable: boolean;
  /** Characters that fit beside each other; no end of them where it is no terminal. */
  readonly columns: number;
  /** The same text, less strong where that is possible and wanted. */
  dim(text: string): string;
}

/** Columns of a terminal that does not say how many it has. */
const usualColumns = 80;

/** What this stream can show. With NO_COLOR set and not empty it is text alone. Source: https://no-color.org */
export function terminal(stream: Pick<WriteStream, "isTTY"> & { readonly columns?: number }): Terminal {
  const env = environment();
  const isRewritable = stream.isTTY === true && env.TERM !== "dumb" && !env.NO_COLOR;
  return {
    isRewritable,
    columns: stream.isTTY === true ? stream.columns || usualColumns : Number.POSITIVE_INFINITY,
    // select graphic rendition 2 and 22: faint on and off (ECMA-48, 8.3.117)
    dim: (text) => (isRewritable && text !== "" ? `\u001b[2m${text}\u001b[22m` : text),
  };
}
