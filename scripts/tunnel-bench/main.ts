/**
 * What the tunnel adds to an answer: requests and streamed events at the local door and through the real agent, against
 * an edge on loopback. The way to ngrok and back comes on top of that.
 *
 * Run: npx tsx scripts/tunnel-bench/main.ts [--requests 1000] [--events 300]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createLog } from "../../src/server/log.js";
import { Tunnel } from "../../src/server/publish/tunnel.js";
import { serve } from "../../src/server/serve.js";
import { readSettings } from "../../src/server/settings/read-settings.js";
import { makeCertificates } from "../../test/support/ngrok-edge/certificates.js";
import { LoopbackEdge } from "../../test/support/ngrok-edge/loopback-edge.js";
import { openEventDoor } from "./event-door.js";
import { measureEvents, measureRequests } from "./measure.js";

const { values } = parseArgs({
  options: { requests: { type: "string", default: "1000" }, events: { type: "string", default: "300" } },
});
const [requests, events] = [Number(values.requests), Number(values.events)];
const folder = mkdtempSync(join(tmpdir(), "locallab-tunnel-bench-"));
const edge = await LoopbackEdge.start({ certificates: await makeCertificates(join(folder, "edge")) });
const settings = {
  ...readSettings({ port: "0", "log-level": "silent", "rate-limit": "off" }),
  runtimeDir: join(folder, "run"),
  ngrokAuthtoken: LoopbackEdge.token,
  ngrokServerAddr: edge.serverAddr,
  ngrokCaFile: edge.caFile,
};
const server = await serve(settings);
try {
  await server.modelLoaded;
  const { url, key } = await server.publish();
  const headers = { Authorization: `Bearer ${key}` };
  const local = await measureRequests(`${server.url}/models/current`, {}, requests);
  const tunnelled = await measureRequests(`${url}/models/current`, headers, requests);
  console.log(summaryRow("request, local door", local));
  console.log(summaryRow("request, through the tunnel", tunnelled));
} finally {
  await server.stop(0);
}
const door = await openEventDoor();
const tunnel = new Tunnel({
  target: door.target,
  authtoken: LoopbackEdge.token,
  log: createLog("silent"),
  options: { serverAddr: edge.serverAddr, caFile: edge.caFile },
});
try {
  const url = await tunnel.open();
  const local = await measureEvents(door.target, events);
  const tunnelled = await measureEvents(url, events);
  console.log(summaryRow("event, local door", local.delays));
  console.log(summaryRow("event, through the tunnel", tunnelled.delays));
  console.log(summaryRow("first byte, local door", [local.firstByteMs]));
  console.log(summaryRow("first byte, through the tunnel", [tunnelled.firstByteMs]));
} finally {
  await tunnel.close();
  await door.close();
  await edge.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Name, median, 99th percentile and count, as one line. */
function summaryRow(name: string, times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(2);
  return `${name.padEnd(32)} p50 ${at(0.5).padStart(7)} ms   p99 ${at(0.99).padStart(7)} ms   n ${sorted.length}`;
}
