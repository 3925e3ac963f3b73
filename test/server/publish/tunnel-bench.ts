/** An edge, a local door and tunnels between them, and the proof that nothing of it is left. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { createLog, type Log } from "../../../src/server/log.js";
import { Tunnel, type TunnelConfig, type TunnelTiming } from "../../../src/server/publish/tunnel.js";
import type { TunnelOptions } from "../../../src/server/publish/tunnel-options.js";
import type { TunnelState, TunnelStatus } from "../../../src/server/publish/tunnel-status.js";
import { makeCertificates } from "../../support/ngrok-edge/certificates.js";
import { LoopbackEdge, type LoopbackEdgeOptions } from "../../support/ngrok-edge/loopback-edge.js";
import { LocalDoor } from "./local-door.js";

/** Skips the suite, saying so, where @ngrok/ngrok has no program for this machine. */
export function skipWithoutAgent(suite: Mocha.Context): void {
  try {
    execFileSync(process.execPath, ["-e", 'require("@ngrok/ngrok")'], { stdio: "ignore" });
  } catch {
    console.warn(`      skipped: @ngrok/ngrok has no program for ${process.platform} ${process.arch}`);
    suite.skip();
  }
}

export class TunnelBench {
  readonly edge: LoopbackEdge;
  readonly door: LocalDoor;
  readonly folder: string;
  readonly log: Log;
  private readonly tunnels: Tunnel[] = [];
  private readonly pids = new Set<number>();

  private constructor(edge: LoopbackEdge, door: LocalDoor, folder: string) {
    this.edge = edge;
    this.door = door;
    this.folder = folder;
    this.log = createLog("debug", join(folder, "tunnel.log"));
  }

  static async start(options: Partial<LoopbackEdgeOptions> = {}): Promise<TunnelBench> {
    const folder = await mkdtemp(join(tmpdir(), "locallab-tunnel-"));
    const certificates = await makeCertificates(folder);
    const edge = await LoopbackEdge.start({ certificates, ...options });
    const door = new LocalDoor();
    await door.listen();
    return new TunnelBench(edge, door, folder);
  }

  /** A tunnel from the edge to the local door, not opened yet. */
  tunnel(options: TunnelOptions = {}, timing: Partial<TunnelTiming> = {}): Tunnel {
    return this.tunnelTo(this.door.target, { options, timing });
  }

  /** As `tunnel`, to another place or with another authtoken. */
  tunnelTo(target: string, config: Partial<TunnelConfig> = {}): Tunnel {
    const { serverAddr, caFile } = this.edge;
    const tunnel = new Tunnel({
      authtoken: LoopbackEdge.token,
      ...config,
      target,
      log: this.log,
      options: { serverAddr, caFile, ...config.options },
      timing: { heartbeat: { intervalSeconds: 1, toleranceSeconds: 2 }, ...config.timing },
    });
    tunnel.on("status", () => {
      if (tunnel.pid !== undefined) this.pids.add(tunnel.pid);
    });
    this.tunnels.push(tunnel);
    return tunnel;
  }

  async logText(): Promise<string> {
    return readFile(join(this.folder, "tunnel.log"), "utf8");
  }

  /** Closes everything; claims that no process, session or authtoken in the log is left. */
  async stop(): Promise<void> {
    await Promise.all(this.tunnels.map((tunnel) => tunnel.close()));
    await this.edge.sessionCount(0);
    for (const pid of this.pids) expect(isAlive(pid), `process ${pid} is gone`).to.equal(false);
    await this.door.close();
    await this.edge.close();
    await this.log.close();
    const written = await this.logText();
    await rm(this.folder, { recursive: true });
    expect(written).not.to.contain(LoopbackEdge.token);
    expect(existsSync(this.folder)).to.equal(false);
  }
}

/** Resolves with the status as soon as the tunnel is in this state. */
export async function reaches(tunnel: Tunnel, state: TunnelState): Promise<TunnelStatus> {
  while (tunnel.status.state !== state) {
    await new Promise<void>((resolve) => tunnel.once("status", () => resolve()));
  }
  return tunnel.status;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function fetchText(url: string): Promise<string> {
  return (await fetch(url, { signal: AbortSignal.timeout(10_000) })).text();
}
