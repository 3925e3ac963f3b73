/**
 * The tunnel process: one ngrok session, for as long as it lives. The only file that names @ngrok/ngrok.
 *
 * The agent's own ways of ending and mending a session are not used: closing one leaves it open at ngrok's side, its
 * reconnect waits 50 ms, 2.5 s, 125 s, 6250 s, and a missed heartbeat changes nothing (all measured, version 1.7.0).
 * Whatever goes wrong is said once and then the process ends, which is the one thing that surely ends a session.
 */

import type { Listener, SessionBuilder } from "@ngrok/ngrok";
import { messageOf } from "../async/message-of.js";
import type { FromTunnelAgent, OpenTunnel, ToTunnelAgent } from "./tunnel-messages.js";

/** Milliseconds that the last message may take to leave. */
const lastWordMs = 1000;

let listener: Listener | undefined;
let isEnding = false;

function say(message: FromTunnelAgent, whenSent: () => void = () => {}): void {
  if (process.send === undefined || !process.connected) whenSent();
  else process.send(message, whenSent);
}

function endWith(code: string | undefined, text: string): void {
  if (isEnding) return;
  isEnding = true;
  setTimeout(() => process.exit(1), lastWordMs);
  say({ type: "trouble", code, text }, () => process.exit(1));
}

async function loadBuilder(): Promise<SessionBuilder | undefined> {
  try {
    const { default: ngrok } = await import("@ngrok/ngrok");
    return new ngrok.SessionBuilder();
  } catch (error) {
    endWith("agent_missing", messageOf(error));
    return undefined;
  }
}

function describeSession(builder: SessionBuilder, request: OpenTunnel): void {
  builder
    .authtoken(request.authtoken)
    .clientInfo("locallab", request.version)
    .heartbeatInterval(request.heartbeat.intervalSeconds)
    .heartbeatTolerance(request.heartbeat.toleranceSeconds)
    // the declared type leaves out what a missed heartbeat gives
    .handleHeartbeat((latency: number | null) => {
      if (latency === null) endWith("heartbeat_lost", "ngrok did not answer a heartbeat in time");
      else say({ type: "latency", ms: latency });
    })
    .handleDisconnection((_address, reason) => {
      if (listener !== undefined) endWith("connection_lost", reason);
      return false;
    })
    .handleStopCommand(() => endWith("stopped", "stopped from ngrok's dashboard"))
    .handleRestartCommand(() => endWith("restarted", "restarted from ngrok's dashboard"));
  if (request.serverAddr !== undefined) builder.serverAddr(request.serverAddr);
  if (request.caPem !== undefined) builder.caCert(Buffer.from(request.caPem));
}

async function open(request: OpenTunnel): Promise<void> {
  const builder = await loadBuilder();
  if (builder === undefined) return;
  describeSession(builder, request);
  const endpoint = (await builder.connect()).httpEndpoint();
  if (request.domain !== undefined) endpoint.domain(request.domain);
  if (request.trafficPolicy !== undefined) endpoint.trafficPolicy(request.trafficPolicy);
  if (request.metadata !== undefined) endpoint.metadata(request.metadata);
  for (const cidr of request.allowCidrs) endpoint.allowCidr(cidr);
  for (const cidr of request.denyCidrs) endpoint.denyCidr(cidr);
  listener = await endpoint.listenAndForward(request.target);
  listener.join().catch(endpointEnded);
  const url = listener.url();
  if (url === null) endWith(undefined, "ngrok gave no address");
  else say({ type: "online", url });
}

/** `join` rejects when ngrok takes the endpoint away; the code stands in the text only. */
function endpointEnded(error: Error): void {
  if (error.message.includes("Reconnect(")) endWith("connection_lost", error.message);
  else endWith(/ERR_NGROK_\d+/.exec(error.message)?.[0] ?? "stopped", error.message);
}

function refused(error: Error & { errorCode?: string }): void {
  endWith(error.errorCode, error.message);
}

async function unbind(): Promise<void> {
  await listener?.close();
  say({ type: "unbound" });
}

process.on("message", (message: ToTunnelAgent) => {
  if (message.type === "open") open(message.request).catch(refused);
  else if (message.type === "unbind") unbind().catch(refused);
  else if (message.type === "ping") say({ type: "pong" });
  else process.exit(0);
});
// the server is gone: so must the tunnel be
process.on("disconnect", () => process.exit(0));
// an interrupt reaches the whole process group; the server decides when the tunnel closes
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
