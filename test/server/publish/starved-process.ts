/** A process that keeps a tunnel and runs out of open files. Forked with the config as its message; says how it went. */
import { closeSync, openSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createLog } from "../../../src/server/log.js";
import { Tunnel, type TunnelConfig } from "../../../src/server/publish/tunnel.js";
import type { TunnelError } from "../../../src/server/publish/tunnel-error.js";

/** Takes every descriptor but `spare`, and gives the function that returns them. */
function starve(spare: number): () => void {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync("/dev/null", "r"));
  } catch {
    for (const one of taken.splice(0, spare)) closeSync(one);
  }
  return () => {
    for (const one of taken) closeSync(one);
  };
}

process.once("message", async (config: Omit<TunnelConfig, "log">) => {
  const log = createLog("silent");
  const first = new Tunnel({ ...config, log });
  const told: string[] = [];
  for (const spare of [0, 1, 2, 3]) {
    const feed = starve(spare);
    const tunnel = new Tunnel({ ...config, log });
    const outcome = await tunnel.open().catch((error: TunnelError) => error);
    feed();
    if (typeof outcome !== "string") told.push(`${outcome.code} ${outcome.cause instanceof Error}`);
    await tunnel.close({ cut: AbortSignal.abort() });
  }
  await first.open();
  const feed = starve(0);
  process.kill(first.pid as number, "SIGKILL");
  while (first.status.problem?.code !== "agent_not_started") await pause(5);
  feed();
  while (first.status.state !== "online") await pause(5);
  await first.close({ cut: AbortSignal.abort() });
  process.send?.({ told, reconnects: "back" });
  process.disconnect();
});
