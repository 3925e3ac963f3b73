/** The file in which Jupyter tells a kernel where to listen and how to sign. */
import { readFileSync } from "node:fs";

export type Channel = "shell" | "control" | "stdin" | "iopub" | "heartbeat";

/** The address of a channel, as zeromq writes it. */
export type Address = (channel: Channel) => string;

export interface Connection {
  readonly addressOf: Address;
  /** Empty: messages are not signed. */
  readonly key: string;
  /** Name of the hash for signatures, as `node:crypto` knows it. */
  readonly hash: string;
}

const portFields: Readonly<Record<Channel, string>> = {
  shell: "shell_port",
  control: "control_port",
  stdin: "stdin_port",
  iopub: "iopub_port",
  heartbeat: "hb_port",
};

/** Throws a sentence when the file cannot be read or says something else than Jupyter's do. */
export function readConnectionFile(path: string): Connection {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`The connection file ${path} cannot be read: ${(error as Error).message}`);
  }
  try {
    return parseConnection(JSON.parse(text));
  } catch (error) {
    throw new Error(`The connection file ${path} is none of Jupyter's: ${(error as Error).message}`);
  }
}

function parseConnection(json: unknown): Connection {
  const fields = (typeof json === "object" && json !== null ? json : {}) as Record<string, unknown>;
  const { transport = "tcp", ip, key = "", signature_scheme: scheme = "hmac-sha256" } = fields;
  if (transport !== "tcp" && transport !== "ipc") throw new Error(`its transport is ${JSON.stringify(transport)}`);
  if (typeof ip !== "string" || ip === "") throw new Error("it has no ip");
  if (typeof key !== "string") throw new Error("its key is no text");
  const hash = /^hmac-(\w+)$/.exec(String(scheme))?.[1];
  if (hash === undefined) throw new Error(`its signature_scheme is ${JSON.stringify(scheme)}`);
  const host = ip.includes(":") && transport === "tcp" ? `[${ip}]` : ip;
  const addresses = Object.fromEntries(
    Object.entries(portFields).map(([channel, field]) => {
      const port = fields[field];
      if (!Number.isInteger(port)) throw new Error(`it has no ${field}`);
      return [channel, transport === "ipc" ? `ipc://${ip}-${port}` : `tcp://${host}:${port}`];
    }),
  ) as Record<Channel, string>;
  return { addressOf: (channel) => addresses[channel], key, hash };
}
