/** What a caller may say about a tunnel, and its check: everything is refused here before ngrok hears of it. */

import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { messageOf } from "../async/message-of.js";
import { LabError } from "../errors.js";
import { unreadable } from "./publish-errors.js";
import type { Heartbeat, OpenTunnel } from "./tunnel-messages.js";

export interface TunnelOptions {
  /** The domain to publish under, such as "lab.ngrok-free.app". Left out: ngrok's choice, on the free plan always the same. */
  domain?: string;
  /** Addresses or networks ("203.0.113.0/24") that alone may come in. */
  allowCidrs?: readonly string[];
  /** Addresses or networks that may not come in. */
  denyCidrs?: readonly string[];
  /** A traffic policy of ngrok's, as an object or as JSON or YAML text; handed on unchecked, up to 64 KiB. */
  trafficPolicy?: Readonly<Record<string, unknown>> | string;
  /** Text shown beside the endpoint in ngrok's dashboard, up to 4096 bytes. */
  metadata?: string;
  /** "host:port" of another ingress than ngrok's own. */
  serverAddr?: string;
  /** Path of the certificates, PEM, that the ingress is checked against instead of ngrok's own. */
  caFile?: string;
}

/** Source: ngrok's limit for metadata (ERR_NGROK_100). */
const mostMetadataBytes = 4096;
const mostPolicyBytes = 64 * 1024;
const mostCidrs = 256;

const domainPart = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const domainPattern = new RegExp(`^(?=.{1,253}$)${domainPart}(?:\\.${domainPart})+$`, "i");
const everyone = ["0.0.0.0/0", "::/0"];

const wrong = (param: string, value: unknown, want: string): LabError =>
  new LabError("invalid_request", `${param} is ${JSON.stringify(value)}. It must be ${want}.`, { param });

/** What the tunnel process is sent of the options. Refuses with `invalid_request`, naming the option. */
export async function resolveTunnelOptions(
  target: string,
  options: TunnelOptions,
  heartbeat: Heartbeat,
): Promise<Omit<OpenTunnel, "authtoken" | "version">> {
  const denyCidrs = cidrs("denyCidrs", options.denyCidrs);
  const allowCidrs = cidrs("allowCidrs", options.allowCidrs);
  return {
    target: loopbackTarget(target),
    domain: domain(options.domain),
    // ngrok refuses a list of those denied alone (ERR_NGROK_393)
    allowCidrs: denyCidrs.length > 0 && allowCidrs.length === 0 ? everyone : allowCidrs,
    denyCidrs,
    trafficPolicy: trafficPolicy(options.trafficPolicy),
    metadata: shortText("metadata", options.metadata, mostMetadataBytes),
    serverAddr: serverAddr(options.serverAddr),
    caPem: await certificates(options.caFile),
    heartbeat,
  };
}

/** A tunnel may lead to this machine only. */
function loopbackTarget(target: string): string {
  const isSocket = /^unix:\/[^\0]+$/.test(target);
  const port = Number(/^http:\/\/127\.0\.0\.1:(\d{1,5})$/.exec(target)?.[1]);
  if (!isSocket && !(port >= 1 && port <= 65535)) {
    throw wrong("target", target, '"http://127.0.0.1:PORT" or "unix:/path"');
  }
  return target;
}

function domain(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !domainPattern.test(value)) {
    throw wrong("domain", value, 'a name such as "lab.ngrok-free.app", without https:// and path');
  }
  return value.toLowerCase();
}

function cidrs(param: string, values: readonly string[] | undefined): readonly string[] {
  if (values === undefined) return [];
  if (!Array.isArray(values) || values.length > mostCidrs) {
    throw wrong(param, values, `a list of at most ${mostCidrs} addresses or networks`);
  }
  return values.map((value) => cidr(param, value));
}

/** ngrok takes networks only, so an address becomes the network of that one address. */
function cidr(param: string, value: unknown): string {
  const [address = "", bits, ...rest] = typeof value === "string" ? value.split("/") : [];
  const family = isIP(address);
  const most = family === 6 ? 128 : 32;
  const size = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  if (family === 0 || rest.length > 0 || !(size <= most)) {
    throw wrong(param, value, 'an address or a network such as "203.0.113.7" or "203.0.113.0/24"');
  }
  return `${address}/${size}`;
}

function trafficPolicy(value: TunnelOptions["trafficPolicy"]): string | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return shortText("trafficPolicy", isObject ? JSON.stringify(value) : value, mostPolicyBytes);
}

function shortText(param: string, value: unknown, mostBytes: number): string | undefined {
  if (value === undefined) return undefined;
  const size = typeof value === "string" ? Buffer.byteLength(value) : 0;
  if (size === 0 || size > mostBytes) {
    const shown = typeof value === "string" ? `text of ${size} bytes` : value;
    throw wrong(param, shown, `1 to ${mostBytes} bytes of text`);
  }
  return value as string;
}

/** The agent refuses IPv6 addresses in brackets (measured, version 1.7.0). */
function serverAddr(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const [, host, port] = /^([A-Za-z0-9._-]{1,253}):(\d{1,5})$/.exec(String(value)) ?? [];
  if (host === undefined || !(Number(port) >= 1 && Number(port) <= 65535)) {
    throw wrong("serverAddr", value, 'host:port, such as "connect.example.com:443"');
  }
  return value;
}

async function certificates(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    const pem = await readFile(path, "utf8");
    // reads the first one; the agent panics on what is no certificate
    new X509Certificate(pem);
    return pem;
  } catch (cause) {
    const reason = messageOf(cause);
    const message = `caFile "${path}" holds no certificate that can be read: ${reason}. It must be a PEM file.`;
    throw unreadable(cause, new LabError("invalid_request", message, { param: "caFile", cause }));
  }
}
