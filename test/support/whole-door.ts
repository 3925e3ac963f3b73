/** An app with everything a server can have behind it: passes, a publication and the owner's controls. */
import { PassBook } from "../../src/server/access/pass-book.js";
import type { AppParts } from "../../src/server/http/http-services.js";
import type { Publication } from "../../src/server/wire/publish.js";
import { type Door, type DoorOptions, openDoor } from "./http-client.js";

export interface WholeDoor extends Door {
  readonly passes: PassBook;
  /** Seconds each stop got. */
  readonly stops: readonly number[];
}

const offline: Publication = {
  state: "offline",
  url: null,
  models: [],
  since: "2026-01-01T00:00:00.000Z",
  expires_at: null,
  reconnects: 0,
  latency_ms: null,
  problem: null,
  traffic: { requests: 0, bytes_sent: 0 },
  keys: [],
};

export async function openWholeDoor(options: DoorOptions = {}): Promise<WholeDoor> {
  const passes = new PassBook();
  const stops: number[] = [];
  const parts: Partial<AppParts> = {
    passes,
    publisher: {
      publish: async () => ({
        ...offline,
        state: "online",
        url: "https://lab.example",
        is_new: true,
        key: null,
        warnings: [],
      }),
      status: () => offline,
      close: async () => {},
    },
    owner: {
      holders: 3,
      hold: () => () => {},
      stop: async (drainSeconds) => {
        stops.push(drainSeconds);
        return {
          status: "stopped",
          pid: process.pid,
          url: "http://127.0.0.1:1",
          model_id: null,
          public_url: null,
          freed_bytes: 0,
          cancelled_requests: 0,
          uptime_seconds: 1.5,
        };
      },
    },
  };
  const door = await openDoor({ ...options, parts: { ...parts, ...options.parts } });
  const close = door.close.bind(door);
  return Object.assign(door, {
    passes,
    stops,
    close: async () => {
      passes.close();
      await close();
    },
  });
}
