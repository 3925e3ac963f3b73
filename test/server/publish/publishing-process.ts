/** A process of its own that keeps a tunnel, so that a test can kill it. Forked with the config as its message. */
import { createLog } from "../../../src/server/log.js";
import { Tunnel, type TunnelConfig } from "../../../src/server/publish/tunnel.js";

process.once("message", (config: Omit<TunnelConfig, "log">) => {
  const tunnel = new Tunnel({ ...config, log: createLog("silent") });
  tunnel.open().then(
    () => process.send?.(tunnel.pid),
    () => process.exit(1),
  );
});
