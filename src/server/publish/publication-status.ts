/** A publication as the wire tells it. */
import type { PassBook } from "../access/pass-book.js";
import type { Publication as PublicationEntry, PublicationState } from "../wire/publish.js";
import type { Publication } from "./publication.js";

/** What there is to say of the publication there is, or of the last one. */
export function describePublication(publication: Publication | undefined, passes: PassBook): PublicationEntry {
  const keys = passes.list();
  if (publication === undefined) return { ...nothing(), keys: keys.map((pass) => pass.entry()) };
  const { phase, tunnel, watch, ownKey, expiresAt, models } = publication;
  const isOpen = phase === "open";
  const isOver = phase === "over";
  const { requests, bytesSent } = publication.traffic();
  const problem = publication.problem ?? tunnel?.status.problem ?? (isOpen ? watch?.broken : undefined);
  return {
    state: stateOf(publication),
    url: (isOpen && tunnel?.status.url) || null,
    models: isOver ? [] : [...models],
    since: sinceOf(publication),
    expires_at: expiresAt?.toISOString() ?? null,
    reconnects: tunnel?.status.reconnects ?? 0,
    latency_ms: tunnel?.status.latencyMs ?? null,
    problem: problem ? { code: problem.code, message: problem.message } : null,
    traffic: { requests, bytes_sent: bytesSent },
    keys: [...(ownKey && !isOver ? [ownKey] : []), ...keys].map((pass) => pass.entry()),
  };
}

const nothing = (): Omit<PublicationEntry, "keys"> => ({
  state: "offline",
  url: null,
  models: [],
  since: new Date().toISOString(),
  expires_at: null,
  reconnects: 0,
  latency_ms: null,
  problem: null,
  traffic: { requests: 0, bytes_sent: 0 },
});

function sinceOf({ phase, since, tunnel, watch }: Publication): string {
  if (phase !== "open" || tunnel === undefined) return since.toISOString();
  return tunnel.status.state === "online" && watch?.broken ? watch.broken.since.toISOString() : tunnel.status.since;
}

/** "online" needs both: that the tunnel says so, and that the last look at it found nothing broken. */
function stateOf({ phase, problem, tunnel, watch }: Publication): PublicationState {
  if (phase === "over") return problem === undefined || problem.code === "expired" ? "offline" : "failed";
  if (phase !== "open") return phase;
  return tunnel?.status.state === "online" && watch?.broken === undefined ? "online" : "reconnecting";
}
