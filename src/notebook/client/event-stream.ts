/** Reads server-sent events as the standard says: https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6 */
import { LabRequestError } from "./request-error.js";

/** Most characters of one event; a frame of a lab has a few hundred. */
const maxEventLength = 16 * 1024 * 1024;

/** The data of one event, its lines joined by "\n". */
export interface ServerEvent {
  /** Its type; "message" when the server named none. */
  event: string;
  data: string;
  /** Its number, where the server gives it one. */
  id: string | undefined;
}

/** Splits text that comes in pieces into lines ended by "\n", "\r\n" or "\r". */
class LineSplitter {
  #rest = "";
  #afterReturn = false;

  *push(text: string): Generator<string> {
    let piece = text;
    // a "\r" ended the last line already; the "\n" that belongs to it may come in the next piece
    if (this.#afterReturn && piece.startsWith("\n")) piece = piece.slice(1);
    if (text !== "") this.#afterReturn = text.endsWith("\r");
    const lines = (this.#rest + piece).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > maxEventLength) throw tooLong();
    yield* lines;
  }
}

const tooLong = (): LabRequestError =>
  new LabRequestError("not_a_lab", `One event is longer than ${maxEventLength} characters. Is this a LocalLab server?`);

/** Events as their bytes arrive; `onComment` gets the comments between them. An event the stream ends in the middle of is dropped, as the standard says. */
export async function* readEvents(
  chunks: AsyncIterable<Uint8Array>,
  onComment: (text: string) => void = () => {},
): AsyncGenerator<ServerEvent, void, void> {
  const decoder = new TextDecoder(); // drops a byte order mark, joins characters split between chunks
  const lines = new LineSplitter();
  const event = new EventBuilder();
  for await (const chunk of chunks) {
    for (const line of lines.push(decoder.decode(chunk, { stream: true }))) {
      if (line.startsWith(":")) onComment(line.slice(1).trim());
      else {
        const done = event.take(line);
        if (done) yield done;
      }
    }
  }
}

class EventBuilder {
  #event = "";
  #id: string | undefined;
  #data: string[] = [];
  #length = 0;

  /** Takes one line; gives the event when the line was the empty one that ends it. */
  take(line: string): ServerEvent | undefined {
    if (line === "") return this.#finish();
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    if (field === "id") this.#id = value;
    if (field === "data") this.#data.push(value);
    this.#length += line.length;
    if (this.#length > maxEventLength) throw tooLong();
    return undefined;
  }

  #finish(): ServerEvent | undefined {
    const done =
      this.#data.length === 0
        ? undefined
        : { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
    this.#event = "";
    this.#id = undefined;
    this.#data = [];
    this.#length = 0;
    return done;
  }
}
