/** The whole server with the real engine, on a port of its own, for tests through its door. */

import { type RunningServer, serve } from "../../src/server/serve.js";
import type { Settings } from "../../src/server/settings/read-settings.js";
import { type Reply, send } from "./http-client.js";
import { testSettings } from "./test-settings.js";

export interface RealServer {
  readonly server: RunningServer;
  readonly settings: Settings;
  readonly port: number;
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Reply>;
  /** Resolves when no slot is busy and nothing waits. */
  idle(): Promise<void>;
  /** Process number of the engine. */
  enginePid(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts a server and waits for its model. Rate limit off, log silent, CPU only, unless told otherwise. */
export async function startRealServer(over: Partial<Settings> = {}): Promise<RealServer> {
  const { settings, remove } = testSettings(over);
  const server = await serve(settings);
  const { port } = server;
  await server.modelLoaded;
  const get = (path: string, headers: Record<string, string> = {}): Promise<Reply> =>
    send(port, "GET", path, { headers });
  return {
    server,
    settings,
    port,
    get,
    post: (path, body, headers = {}) => send(port, "POST", path, { body, headers }),
    idle: async () => {
      for (;;) {
        const { slots, waiting } = (await get("/health")).json as { slots: { busy: number }; waiting: number };
        if (slots.busy === 0 && waiting === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    enginePid: async () => {
      const info = (await get("/system/info")).json as { engine: { pid: number } };
      return info.engine.pid;
    },
    stop: async () => {
      await server.stop(0);
      remove();
    },
  };
}
