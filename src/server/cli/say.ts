/** What a command says on the terminal. A terminal obeys none of it, and one that is gone ends no program. */
import { visibleText } from "../text/visible-text.js";

/** A line to stdout. */
export function say(words: string): void {
  write(process.stdout, words);
}

/** A line to stderr. */
export function complain(words: string): void {
  write(process.stderr, words);
}

/** From now on a reader that goes (`| head -1`) or a full disk ends no program. Call it before the first word. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", ignore);
}

function write(stream: NodeJS.WriteStream, words: string): void {
  try {
    stream.write(`${visibleText(words)}\n`);
  } catch {
    // a file on a full disk throws at once; there is no other place to say it
  }
}

const ignore = (): void => {};
