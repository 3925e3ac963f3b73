/** How a listener ends: no new connections, then the idle ones, then the rest. */
import type { Server } from "node:http";

/** Milliseconds that the last bytes of replies get to leave. */
const lastBytesMs = 250;

/** Takes no new connections; requests under way go on. */
export function refuseNew(server: Server): void {
  server.close();
  server.closeIdleConnections();
}

/** Resolves when no connection is left. What is still open has had its last frame, or never sent a request. */
export function endConnections(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), lastBytesMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
