/** Goes on with an answer that an earlier kernel asked for, or whose connection was lost for good. */
import type { StreamEntry } from "../../server/wire/streams.js";
import { StreamingReply } from "../client/reply.js";
import { LabRequestError } from "../client/request-error.js";
import { keptEvents, unreadStreams } from "../client/resumed-events.js";
import { replyView } from "../displays/answer-view.js";
import { selfDisplaying } from "../displays/self-displaying.js";
import { streamIntoCell } from "../displays/stream-into-cell.js";
import { answerIn, mostResumeSeconds, tellingTo } from "./answer-in.js";
import type { Asking } from "./ask.js";
import { keepReply } from "./keep.js";

/** What stands in the place of the prompt, which the lab does not keep. */
const earlierPrompt = "asked before this kernel began";

/** The whole of the answer, as far as the lab has it, and what still comes. Default: the latest that nobody reads. */
export function resumeReply({ connection, shelf }: Asking, stream?: StreamEntry): StreamingReply {
  const reply: StreamingReply = new StreamingReply(async (listener, signal) => {
    const [latest] = stream === undefined ? await unreadStreams(connection) : [stream];
    if (latest === undefined) throw noStream(connection.url);
    const events = keptEvents(connection, latest, { signal, ...tellingTo(listener) }, mostResumeSeconds);
    return answerIn(events, connection.url, listener, {});
  });
  keepReply(shelf, { prompt: earlierPrompt, messages: null }, reply);
  return selfDisplaying(reply, replyView, () => streamIntoCell(reply));
}

function noStream(url: string): LabRequestError {
  const sentence = `No answer of this key goes on at ${url}, and none ended within the last ${mostResumeSeconds} s. Ask again.`;
  return new LabRequestError("stream_not_found", sentence);
}
