/** What an open publication rests on: the tunnel process, the listener's socket, the public address. */
import type { Log } from "../log.js";
import { createWatch, type Watch, type Watched } from "./keep-watch.js";
import { refusalFor } from "./ngrok-errors.js";
import { sendProbe } from "./probe.js";
import type { PublishedListener } from "./published-listener.js";
import type { Tunnel } from "./tunnel.js";
import type { WatchRule } from "./watch.js";

export interface WatchTiming {
  /** The tunnel process is asked for an answer. Default: every 5 s, within 15 s. */
  readonly agent: WatchRule;
  /** The listener's socket file is looked at. Default: every 5 s, within 10 s. */
  readonly listener: WatchRule;
  /** The public address is called, unless a visitor came that way. Default: every 30 s, within 8 s, two in a row. */
  readonly address: WatchRule;
}

/** Whatever breaks is noticed within a minute. An address is called rarely: ngrok counts requests. */
export const defaultWatch: WatchTiming = {
  agent: { everyMs: 5000, withinMs: 15_000, againMs: 2000, misses: 1 },
  listener: { everyMs: 5000, withinMs: 10_000, againMs: 2000, misses: 1 },
  address: { everyMs: 30_000, withinMs: 8000, againMs: 3000, misses: 2 },
};

export function watchPublication(
  tunnel: Tunnel,
  listener: PublishedListener,
  timing: Partial<WatchTiming>,
  log: Log,
): Watch {
  const { agent, listener: socket, address } = { ...defaultWatch, ...timing };
  let seenVisits = 0;
  const atOnce = (): Promise<void> => Promise.resolve();
  const things: readonly Watched[] = [
    {
      ...named("agent", "agent_hung"),
      rule: agent,
      ready: (signal) => tunnel.whenOnline(signal),
      look: () => tunnel.answer(),
      heal: (because) => tunnel.renew("agent_hung", because),
    },
    {
      ...named("listener", "listener_gone"),
      rule: socket,
      ready: atOnce,
      look: () => listener.look(),
      heal: async (because) => tunnel.renew("listener_gone", because, await listener.renew()),
    },
    {
      ...named("address", "address_silent"),
      rule: address,
      ready: (signal) => tunnel.whenOnline(signal),
      look: async (signal) => {
        const visits = listener.traffic().requests;
        if (visits === seenVisits) await callHome(tunnel.status.url ?? "", listener.ownHeaders, signal);
        seenVisits = visits;
      },
      heal: (because) => tunnel.renew("address_silent", because),
    },
  ];
  return createWatch(things, log);
}

const named = (name: string, code: string): Pick<Watched, "name" | "problem"> => ({
  name,
  problem: { code, message: refusalFor(code).advice },
});

/** Rejects unless this lab answers at its public address. */
async function callHome(url: string, own: PublishedListener["ownHeaders"], signal: AbortSignal): Promise<void> {
  const { status, headers } = await sendProbe(url, { method: "GET", path: "/health", headers: own }, signal);
  if (headers["x-request-id"] !== undefined) return;
  const code = headers["ngrok-error-code"];
  throw new Error(code === undefined ? `status ${status}` : `ngrok itself answered ${status}, ${String(code)}`);
}
