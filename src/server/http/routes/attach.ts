import { LabError } from "../../errors.js";
import type { AttachEvent } from "../../wire/lab.js";
import { onReplyClosed } from "../reply-closed.js";
import type { Route } from "../route.js";
import { commentFrame, dataFrame, jsonLine } from "../sse.js";
import { StreamWriter } from "../stream-writer.js";

export const attachRoute: Route = {
  method: "GET",
  path: "/attach",
  scope: "owner",
  summary: "Holds the server for as long as the connection is open. For notebooks.",
  countsAgainstLimit: false,
  handler: async (ctx, { owner, timings, version }): Promise<void> => {
    if (owner === undefined) throw new LabError("not_found", "This server cannot be held.");
    const release = owner.hold();
    const writer = new StreamWriter(ctx.res, timings.stallMs);
    const comments = setInterval(() => writer.comment(commentFrame), timings.keepAliveMs);
    onReplyClosed(ctx, () => {
      clearInterval(comments);
      release();
    });
    ctx.respond = false;
    writer.open();
    const event: AttachEvent = { pid: process.pid, version, holders: owner.holders };
    await writer.write(dataFrame(jsonLine(event))).catch(() => writer.abandon());
  },
};
