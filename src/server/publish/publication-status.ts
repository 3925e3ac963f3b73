/** A publication as the wire tells it. */
import type { PassBook } from "../access/pass-book.js";
import type { Publication, PublicationState } from "../wire/publish.js";
import type { LivePublication } from "./live-publication.js";

/** What there is to say of the publication there is, or of the last one. */
export function describePublication(live: LivePublication | undefined, passes: PassBook): Publication {
  const own = live?.ownKey === undefined || live.isOver ? [] : [live.ownKey];
  const traffic = live?.traffic() ?? { requests: 0, bytesSent: 0 };
  return {
    state: live === undefined ? "offline" : stateOf(live),
    url: live?.url ?? null,
    since: live?.since ?? new Date().toISOString(),
    expires_at: live?.expiresAt?.toISOString() ?? null,
    reconnects: live?.tunnel.reconnects ?? 0,
    latency_ms: live?.tunnel.latencyMs ?? null,
    problem: problemOf(live),
    traffic: { requests: traffic.requests, bytes_sent: traffic.bytesSent },
    keys: [...own, ...passes.list()].map((pass) => pass.entry()),
  };
}

function stateOf(live: LivePublication): PublicationState {
  const { phase, problem } = live;
  if (phase === "over") return problem === undefined || problem.code === "expired" ? "offline" : "failed";
  if (phase !== "open") return phase;
  return live.tunnel.state === "online" ? "online" : "reconnecting";
}

function problemOf(live: LivePublication | undefined): Publication["problem"] {
  const problem = live?.problem ?? live?.tunnel.problem;
  return problem === undefined ? null : { code: problem.code, message: problem.message };
}
