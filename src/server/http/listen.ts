/** Where the server listens, and how a client on this machine finds that. */
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LabError } from "../errors.js";
import type { Settings } from "../settings/read-settings.js";

/** Listens on the port of the settings, or on the first free one after it where `portSearch` allows. */
export async function listen(server: Server, { host, port, portSearch }: Settings): Promise<number> {
  for (let candidate = port; ; candidate++) {
    try {
      return await listenOn(server, host, candidate);
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (isTaken && candidate < Math.min(port + portSearch, 65535)) continue;
      const why = isTaken
        ? `Port ${port} on ${host} is taken by another program. Choose another with --port, or 0 for a free one.`
        : `It was not possible to listen on ${host}:${port}: ${(error as Error).message}.`;
      throw new LabError("invalid_request", why, { param: "port", cause: error });
    }
  }
}

function listenOn(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** The name under which a client on this machine reaches an address that was listened on. */
export function urlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
