/** The prompt of `locallab run`: the words of the line, what comes from a pipe, or both. */
import { fstatSync } from "node:fs";
import { text as readText } from "node:stream/consumers";

/** Milliseconds after which a person hears that the program waits for its input to end. */
const quietMs = 3000;

/**
 * The words, then what was piped in under them; "-" among the words is the place of what was piped in. undefined where there
 * is nothing. `note` hears of an input that does not end.
 */
export async function readPrompt(
  words: readonly string[],
  note: (sentence: string) => void,
): Promise<string | undefined> {
  const isNamed = words.includes("-");
  const isAsked = isNamed || (process.stdin.isTTY !== true && (words.length === 0 || isPiped()));
  const piped = isAsked ? await readPiped(note) : "";
  const asked = isNamed
    ? words.map((word) => (word === "-" ? piped : word)).join(" ")
    : [words.join(" "), piped].filter((part) => part.trim() !== "").join("\n\n");
  return asked.trim() === "" ? undefined : asked;
}

/** What a program or a file was put in front of; not an input that is only inherited, such as /dev/null. */
function isPiped(): boolean {
  try {
    const kind = fstatSync(0);
    return kind.isFIFO() || kind.isFile() || kind.isSocket();
  } catch {
    // it was closed before this program began
    return false;
  }
}

async function readPiped(note: (sentence: string) => void): Promise<string> {
  const timer = setTimeout(() => note("Reading the prompt from the input until that ends …"), quietMs);
  try {
    return (await readText(process.stdin)).replace(/\r?\n$/, "");
  } finally {
    clearTimeout(timer);
  }
}
