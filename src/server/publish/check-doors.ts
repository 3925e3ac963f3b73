/** The part of the self-check that looks for a way in without a key, or past what a key may do. */
import { type Probe, type ProbeAnswer, sendProbe } from "./probe.js";

/** A probe and the statuses that are right for it. */
interface Trial {
  readonly what: string;
  readonly probe: Probe;
  readonly right: readonly number[];
}

/** A route that needs "infer", one that needs "manage" and does nothing without a body, one that needs "owner". */
const inferPath = "/models/available";
const managePath = "/models/load";
const ownerPath = "/passes";

/** Probes under way at once. */
const atOnce = 4;

/** One sentence for every answer that was wrong. `key` may "infer" and nothing more. */
export async function checkDoors(url: string, key: string): Promise<string[]> {
  const trials = [...strangers(url, key), ...holders(key)];
  const findings: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < trials.length) {
      const trial = trials[next] as Trial;
      next += 1;
      const finding = judge(trial, await sendProbe(url, trial.probe));
      if (finding !== undefined) findings.push(finding);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const health = await sendProbe(url, { method: "GET", path: "/health" });
  if (health.text !== '{"status":"healthy"}') {
    findings.push(
      `GET /health without a key told more than that the lab lives, status ${health.status} instead of 200.`,
    );
  }
  return findings;
}

function strangers(url: string, key: string): Trial[] {
  const refused = (what: string, probe: Partial<Probe>): Trial => ({
    what,
    probe: { method: "GET", path: inferPath, ...probe },
    right: [401],
  });
  const wrongKey = `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
  const forms = [
    `/${inferPath}`,
    `${inferPath}/`,
    inferPath.toUpperCase(),
    inferPath.replace("models", "%6dodels"),
    inferPath.replace("/available", "%2Favailable"),
    `/health/%2e%2e${inferPath}`,
    `/health/..${inferPath}`,
    `/health;x${inferPath}`,
    `${inferPath};x`,
    `${inferPath}?api_key=${key}`,
  ];
  return [
    refused("without a key", {}),
    refused("with a wrong key", { headers: { Authorization: `Bearer ${wrongKey}` } }),
    refused("with a wrong key", { headers: { "X-API-Key": "local" } }),
    refused("with the key in a cookie", { headers: { Cookie: `api_key=${key}` } }),
    refused("as if it came from this machine", {
      headers: { "X-Forwarded-For": "127.0.0.1", Forwarded: "for=127.0.0.1" },
    }),
    refused("with another method in a header", {
      method: "POST",
      path: "/health",
      headers: { "X-HTTP-Method-Override": "GET" },
    }),
    refused("as a WebSocket", {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
      },
    }),
    refused("as a whole address", { path: `${url}${inferPath}` }),
    refused("on a path that is not there", { path: "/nothing-is-here" }),
    refused("without a key", { method: "POST", path: managePath, body: {} }),
    refused("without a key", { path: ownerPath }),
    ...forms.map((path) => refused("without a key", { path })),
  ];
}

function holders(key: string): Trial[] {
  const headers = { Authorization: `Bearer ${key}` };
  const trial = (method: string, path: string, status: number, body?: unknown): Trial => ({
    what: 'with a key for "infer"',
    probe: { method, path, headers, ...(body !== undefined && { body }) },
    right: [status],
  });
  return [
    trial("GET", inferPath, 200),
    trial("POST", managePath, 403, {}),
    trial("GET", ownerPath, 403),
    trial("GET", "/publish", 403),
    trial("DELETE", `${ownerPath}/none`, 403),
  ];
}

/** ngrok may refuse an odd path before the lab sees it: that is no way in either. */
function judge({ what, probe, right }: Trial, { status, headers }: ProbeAnswer): string | undefined {
  const isOurs = headers["x-request-id"] !== undefined;
  const isRefused = status >= 400 && status < 500;
  if (right.includes(status) && (isOurs || isRefused)) return undefined;
  if (!isOurs && isRefused && right[0] === 401) return undefined;
  const code = headers["ngrok-error-code"];
  const who = isOurs || code === undefined ? "was answered" : `was answered by ngrok itself (${String(code)})`;
  const path = probe.path.replace(/api_key=.*/, "api_key=…").replace(/^https?:\/\/[^/]+/, "…");
  return `${probe.method} ${path} ${what} ${who} with ${status} instead of ${right.join(" or ")}.`;
}
