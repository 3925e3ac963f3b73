/** A publisher with everything behind it but models: the real agent, the real listener, an edge on loopback. */
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { PassBook } from "../../../src/server/access/pass-book.js";
import { createApp } from "../../../src/server/http/create-app.js";
import { openPublished } from "../../../src/server/http/published.js";
import { createLog } from "../../../src/server/log.js";
import { firstSample } from "../../../src/server/machine/machine-sample.js";
import { Publisher } from "../../../src/server/publish/publisher.js";
import type { PublisherParts } from "../../../src/server/publish/publisher-parts.js";
import { type PublishCall, publishBody } from "../../../src/server/schema/publish.js";
import { readSettings } from "../../../src/server/settings/read-settings.js";
import type { PublicationState } from "../../../src/server/wire/publish.js";
import { makeCertificates } from "../../support/ngrok-edge/certificates.js";
import { LoopbackEdge } from "../../support/ngrok-edge/loopback-edge.js";
import { ShownModels } from "./shown-models.js";
import { isAlive } from "./tunnel-bench.js";

const often = { everyMs: 100, withinMs: 700, againMs: 100 };

/** Looks ten to a hundred times as often as the default, so that a test sees in seconds what takes a minute. */
const hasty: PublisherParts["timing"] = {
  // as patient as may be: the address of a process that hangs is silent too, and must be noticed later
  agent: { ...often, withinMs: 1200, misses: 1 },
  listener: { ...often, misses: 1 },
  address: { ...often, misses: 2 },
};

export class PublisherBench {
  readonly edge: LoopbackEdge;
  readonly publisher: Publisher;
  readonly models: ShownModels;
  readonly runtimeDir: string;
  /** Ids of all tunnel processes there were. */
  readonly pids: number[] = [];
  readonly #folder: string;
  readonly #passes = new PassBook();

  private constructor(edge: LoopbackEdge, folder: string, parts: Partial<PublisherParts>) {
    this.edge = edge;
    this.#folder = folder;
    this.runtimeDir = join(folder, "run");
    this.models = new ShownModels();
    const settings = {
      ...readSettings({}, {}),
      runtimeDir: this.runtimeDir,
      ngrokServerAddr: edge.serverAddr,
      ngrokCaFile: edge.caFile,
    };
    const log = createLog("silent");
    this.publisher = new Publisher({
      settings,
      log,
      passes: this.#passes,
      models: this.models,
      authtokenSources: { env: { NGROK_AUTHTOKEN: LoopbackEdge.token } },
      openListener: (access) => {
        const app = createApp({
          settings,
          log,
          models: this.models,
          machine: { sample: firstSample, close: () => {} },
          access,
          published: { origins: access.hosts.origins },
          // ten seconds of silence in 50 ms
          timings: { keepAliveMs: 50 },
          version: "0.0.0-test",
          startedAt: Date.now(),
          isStopping: () => false,
        });
        return openPublished(settings, app.callback(), createLog("silent"));
      },
      onProcess: (pid) => this.pids.push(pid),
      timing: hasty,
      ...parts,
    });
  }

  static async start(parts: Partial<PublisherParts> = {}): Promise<PublisherBench> {
    const folder = await mkdtemp(join(tmpdir(), "locallab-publisher-"));
    const edge = await LoopbackEdge.start({ certificates: await makeCertificates(folder) });
    return new PublisherBench(edge, folder, parts);
  }

  readonly call: PublishCall = publishBody.read({});

  /** Resolves as soon as the publication is told to be in this state. */
  async reaches(state: PublicationState): Promise<void> {
    while (this.publisher.status().state !== state) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** What a stranger gets at the public address. */
  async health(): Promise<number> {
    return (await fetch(`${this.edge.publicUrl}/health`, { signal: AbortSignal.timeout(5000) })).status;
  }

  /** Claims that no session, process, socket or key of a publication is left. */
  async isGone(): Promise<void> {
    await this.edge.sessionCount(0);
    expect(this.pids.filter(isAlive)).to.deep.equal([]);
    expect(this.sockets()).to.deep.equal([]);
    expect(this.publisher.status()).to.deep.include({ url: null, expires_at: null, keys: [], models: [] });
    expect(this.edge.agents.endpoints.size).to.equal(0);
  }

  sockets(): string[] {
    try {
      return readdirSync(this.runtimeDir);
    } catch {
      return [];
    }
  }

  async stop(): Promise<void> {
    await this.publisher.close(0);
    await this.isGone();
    this.#passes.close();
    await this.edge.close();
    await rm(this.#folder, { recursive: true });
  }
}
