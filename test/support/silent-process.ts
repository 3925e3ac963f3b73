/** A process that listens like a lab's server and says nothing, for what must end although the other side does not. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { ownVersion } from "../../src/notebook/start/changed-settings.js";
import { processIdentity } from "../../src/server/state/process-identity.js";
import type { LabState } from "../../src/server/state/state-file.js";
import { temporaryFolder } from "./temp-folder.js";

export interface SilentProcess {
  readonly child: ChildProcess;
  /** As its state file would have it. */
  readonly state: LabState;
  /** Ends it, if it has not ended. */
  end(): Promise<void>;
}

const program = `
  const { createServer } = require("node:net");
  const silent = () => createServer((socket) => socket.on("error", () => {}).resume());
  process.on("SIGTERM", () => {});
  silent().listen(process.argv[1], () => {
    const port = silent().listen(0, "127.0.0.1", () => console.log(port.address().port));
  });
`;

/** Starts it; it accepts connections at a port and at a socket file, and SIGTERM does not end it. */
export async function startSilentProcess(name: string): Promise<SilentProcess> {
  const socket = join(temporaryFolder(), "owner.sock");
  const child = spawn(process.execPath, ["--eval", program, socket], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const pid = child.pid as number;
  return {
    child,
    state: {
      name,
      pid,
      processStart: processIdentity(pid) as string,
      version: ownVersion,
      url: `http://127.0.0.1:${Number(line.toString("utf8"))}`,
      socket,
      ownerKey: "lab_owner_0123456789",
      apiKey: null,
      logFile: null,
      flags: {},
      settings: {},
    },
    end: async () => {
      child.kill("SIGKILL");
      await closed;
    },
  };
}
