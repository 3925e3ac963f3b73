/** The answer about streams that outlive their connection. */
import { z } from "zod";
import type { EndedStream, StreamList } from "../wire/streams.js";
import { countField, momentField } from "./answer.js";
import { exactly } from "./exactly.js";

const entry = z
  .object({
    id: z.string().describe("As in the header X-LocalLab-Stream."),
    request_id: z.string().describe("Id of the request that began it."),
    route: z.string().describe('"POST /chat" and the like.'),
    state: z.enum(["running", "ended"]),
    is_read: z.boolean().describe("Whether a connection reads it now."),
    first_event: countField("Number of the oldest event that can still be read."),
    next_event: countField("Number of the event that comes next: as many as there were, from 0."),
    started_at: momentField("When it began."),
    kept_until: momentField("Until when it is kept; null while it is read and runs.").nullable(),
  })
  .meta({ id: "StreamEntry" });

export const streamList: z.ZodType<StreamList> = exactly<StreamList, StreamList>()(
  z.object({ streams: z.array(entry) }).meta({ id: "StreamList" }),
);

export const endedStream: z.ZodType<EndedStream> = exactly<EndedStream, EndedStream>()(
  z.object({ id: z.string(), ended: z.literal(true) }).meta({ id: "EndedStream" }),
);
