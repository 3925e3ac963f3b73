/** Where the server listens, and how a client on this machine finds that. */
import type { Server } from "node:http";
import type { AddressInfo, ListenOptions } from "node:net";
import { LabError } from "../errors.js";
import type { Log } from "../log.js";
import type { Settings } from "../settings/read-settings.js";
import { labAtPort, labStates } from "../state/lab-states.js";

/** Bytes the path of a socket may have: 104 on macOS, 108 on Linux (sockaddr_un), the closing zero included. */
export const mostSocketPathBytes = 103;

type ListenSettings = Pick<Settings, "host" | "port" | "portSearch" | "runtimeDir">;
export type ListenLog = Pick<Log, "warn">;

/** Listens on the port of the settings, or on the first free one after it where `portSearch` allows. */
export async function listen(server: Server, settings: ListenSettings, log: ListenLog): Promise<number> {
  const { host, port, portSearch } = settings;
  for (let candidate = port; ; candidate++) {
    try {
      await listening(server, { host, port: candidate }, log);
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const isTaken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (isTaken && candidate < Math.min(port + portSearch, 65535)) continue;
      const why = isTaken
        ? takenText(settings)
        : `It was not possible to listen on ${host}:${port}: ${(error as Error).message}.`;
      throw new LabError("invalid_request", why, { param: "port", cause: error });
    }
  }
}

/** Who has the port, and what to do: a lab of this user's is known by its name. */
function takenText({ host, port, runtimeDir }: ListenSettings): string {
  const lab = labAtPort(labStates(runtimeDir), port);
  const other = "Choose another with --port, or 0 for a free one";
  return lab === undefined
    ? `Port ${port} on ${host} is taken by another program. ${other}.`
    : `Port ${port} on ${host} is used by your lab "${lab.name}". ${other}; locallab stop ${lab.name} ends that lab.`;
}

/** Resolves when the server listens there; rejects when it cannot. What goes wrong later goes to the log. */
export function listening(server: Server, where: ListenOptions, log: ListenLog): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      // a connection for which no descriptor is left is an error of the server, which ends a process that does not listen
      server.on("error", (error) => log.warn("a connection could not be taken", { error }));
      resolve();
    });
  });
}

/** The name under which a client on this machine reaches an address that was listened on. */
export function urlHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
