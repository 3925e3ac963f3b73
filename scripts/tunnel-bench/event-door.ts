/** A door that streams events which say when they were sent. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface EventDoor {
  readonly target: string;
  close(): Promise<void>;
}

/** Milliseconds between two events: a model at 100 tokens a second. */
const pauseMs = 10;

/** `GET /?events=300` sends that many. */
export async function openEventDoor(): Promise<EventDoor> {
  const server = createServer((request, response) => {
    const events = Number(new URL(request.url ?? "/", "http://door").searchParams.get("events"));
    response.socket?.setNoDelay(true);
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
    response.flushHeaders();
    let sent = 0;
    const timer = setInterval(() => {
      response.write(`data: ${performance.timeOrigin + performance.now()}\n\n`);
      sent += 1;
      if (sent === events) response.end();
    }, pauseMs);
    response.on("close", () => clearInterval(timer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
