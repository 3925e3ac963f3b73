/** Streams that outlive their connection: which there are, and reading on. */
import type { Identity } from "../../access/identity.js";
import { LabError } from "../../errors.js";
import { json } from "../../schema/answer.js";
import { noBody } from "../../schema/body.js";
import { endedStream, streamList } from "../../schema/streams.js";
import { streamHeader } from "../begin-stream.js";
import { onReplyClosed } from "../reply-closed.js";
import { type LabContext, type Route, route } from "../route.js";
import { StreamWriter } from "../stream-writer.js";

export const streamRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: "/v1/streams",
    scope: "infer",
    dialect: "asked",
    summary: "Streams of your key that run, or ended lately, and can be read after their connection was lost.",
    limit: "free",
    body: noBody,
    answer: json(streamList),
    example: {},
    handler: (_none, ctx, { streams }) => streams.list(ctx.state.identity as Identity),
  }),
  route({
    method: "GET",
    path: "/v1/streams/:id",
    scope: "infer",
    dialect: "asked",
    summary: "Goes on with a stream of your key: from the event ?from=, or after the one in Last-Event-ID.",
    limit: "free",
    body: noBody,
    answer: json(streamList, "The events of the stream, as the route that began it writes them."),
    example: { path: "/v1/streams/stream_kw6C-156nwcFHz79xVn0a2Bq" },
    handler: async (_none, ctx, { streams, timings }) => {
      const stream = streams.find(ctx.params?.id ?? "", ctx.state.identity as Identity);
      const reading = stream.attach(new StreamWriter(ctx.res, timings.stallMs), firstOf(ctx));
      onReplyClosed(ctx, () => stream.leave(reading));
      ctx.respond = false;
      reading.writer.open({ [streamHeader]: stream.id });
      await stream.send(reading);
      return undefined;
    },
  }),
  route({
    method: "DELETE",
    path: "/v1/streams/:id",
    scope: "infer",
    dialect: "asked",
    summary: "Ends a stream of your key, wherever it is, and forgets it.",
    limit: "free",
    body: noBody,
    answer: json(endedStream),
    example: { path: "/v1/streams/stream_kw6C-156nwcFHz79xVn0a2Bq" },
    handler: (_none, ctx, { streams }) => {
      const stream = streams.find(ctx.params?.id ?? "", ctx.state.identity as Identity);
      stream.giveUp();
      return { id: stream.id, ended: true };
    },
  }),
];

/** The number of the first event that is asked for. `from` says it; `Last-Event-ID` names the one before. */
function firstOf(ctx: LabContext): number {
  const { from } = ctx.query;
  const last = ctx.get("Last-Event-ID");
  if (from === undefined && last === "") return 0;
  const [name, value] = from === undefined ? ["Last-Event-ID", last] : ["from", String(from)];
  if (!/^\d{1,15}$/.test(value)) {
    throw new LabError("invalid_request", `${name} is "${value.slice(0, 40)}". It must be the number of an event.`, {
      param: name,
    });
  }
  return from === undefined ? Number(value) + 1 : Number(value);
}
