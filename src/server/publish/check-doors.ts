/** The part of the self-check that looks for a way in without a key, or past what a key may do. */
import { inLanes } from "../async/lanes.js";
import { type DoorCase, judgeDoor } from "./door-case.js";
import { type Probe, sendProbe } from "./probe.js";

/** A route that needs "infer", one that needs "manage" and does nothing without a body, one that needs "owner". */
const inferPath = "/models/available";
const managePath = "/models/load";
const ownerPath = "/passes";
const generatePath = "/generate";

/** Probes under way at once. */
const atOnce = 4;

export interface DoorCheck {
  readonly url: string;
  /** It may "infer" and nothing more. */
  readonly key: string;
  /** Id of a model that is not published; undefined when there is none but the published ones. */
  readonly otherModel: string | undefined;
  readonly signal: AbortSignal;
}

/** One sentence for every answer that was wrong. */
export async function checkDoors({ url, key, otherModel, signal }: DoorCheck): Promise<string[]> {
  const cases = [...strangers(url, key), ...holders(key, otherModel ?? "no-such-model")];
  const findings = await inLanes(cases, atOnce, async (one) => judgeDoor(one, await sendProbe(url, one.probe, signal)));
  const health = await sendProbe(url, { method: "GET", path: "/health" }, signal);
  if (health.status !== 200 || health.text !== '{"status":"healthy"}') {
    findings.push(`GET /health without a key told more than that the lab lives, with status ${health.status}.`);
  }
  return findings.filter((finding) => finding !== undefined);
}

function strangers(url: string, key: string): DoorCase[] {
  const refused = (what: string, probe: Partial<Probe>, mayStopOnTheWay = false): DoorCase => ({
    what,
    probe: { method: "GET", path: inferPath, ...probe },
    right: [401],
    mayStopOnTheWay,
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
    refused(
      "as a WebSocket",
      {
        headers: {
          Connection: "Upgrade",
          Upgrade: "websocket",
          "Sec-WebSocket-Version": "13",
          "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        },
      },
      true,
    ),
    refused("as a whole address", { path: `${url}${inferPath}` }, true),
    refused("on a path that is not there", { path: "/nothing-is-here" }),
    refused("without a key", { method: "POST", path: managePath, body: {} }),
    refused("without a key", { method: "POST", path: generatePath, body: {} }),
    refused("without a key", { path: ownerPath }),
    ...forms.map((path) => refused("without a key", { path }, true)),
  ];
}

function holders(key: string, otherModel: string): DoorCase[] {
  const headers = { Authorization: `Bearer ${key}` };
  const door = (method: string, path: string, right: number[], body?: unknown): DoorCase => ({
    what: 'with a key for "infer"',
    probe: { method, path, headers, ...(body !== undefined && { body }) },
    right,
  });
  return [
    door("GET", inferPath, [200]),
    door("POST", managePath, [403], {}),
    door("GET", ownerPath, [403]),
    door("GET", "/publish", [403]),
    // a key that may only "infer" moves no other key's traffic to another model
    door("POST", generatePath, [403, 404], { prompt: "x", max_length: 1, model_id: otherModel }),
    door("DELETE", `${ownerPath}/none`, [403]),
  ];
}
