/** A real server, the real agent and an edge on loopback, and the proof that nothing of them is left. */
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { type RunningServer, type ServeHooks, serve } from "../../src/server/serve.js";
import type { Settings } from "../../src/server/settings/read-settings.js";
import type { NewPass, PassRequest } from "../../src/server/wire/passes.js";
import type { Publication, PublishRequest, PublishResponse } from "../../src/server/wire/publish.js";
import { type Reply, type SendOptions, send } from "../support/http-client.js";
import { makeCertificates } from "../support/ngrok-edge/certificates.js";
import { LoopbackEdge, type LoopbackEdgeOptions } from "../support/ngrok-edge/loopback-edge.js";
import { testSettings } from "../support/test-settings.js";

export class PublishedLab {
  readonly edge: LoopbackEdge;
  readonly server: RunningServer;
  readonly settings: Settings;
  readonly #remove: () => void;

  private constructor(edge: LoopbackEdge, server: RunningServer, settings: Settings, remove: () => void) {
    this.edge = edge;
    this.server = server;
    this.settings = settings;
    this.#remove = remove;
  }

  /** A server with its model loaded, not published yet. */
  static async start(
    over: Partial<Settings> = {},
    hooks: ServeHooks = {},
    edgeOptions: Partial<LoopbackEdgeOptions> = {},
  ): Promise<PublishedLab> {
    const { settings: base, remove } = testSettings();
    const certificates = await makeCertificates(join(base.runtimeDir, "edge"));
    const edge = await LoopbackEdge.start({ certificates, ...edgeOptions });
    const settings: Settings = {
      ...base,
      logLevel: "debug",
      logFile: join(base.runtimeDir, "log"),
      ngrokAuthtoken: LoopbackEdge.token,
      ngrokServerAddr: edge.serverAddr,
      ngrokCaFile: edge.caFile,
      ...over,
    };
    const server = await serve(settings, {}, hooks);
    await server.modelLoaded;
    return new PublishedLab(edge, server, settings, remove);
  }

  /** A request at the local door with the owner's key. */
  owner(method: string, path: string, body?: unknown): Promise<Reply> {
    const headers = { Authorization: `Bearer ${this.server.ownerKey}` };
    return send(this.server.port, method, path, { headers, ...(body !== undefined && { body }) });
  }

  async publish(request: PublishRequest = {}): Promise<PublishResponse> {
    const reply = await this.owner("POST", "/publish", request);
    if (reply.status !== 200) throw Object.assign(new Error(reply.json.detail), { code: reply.json.error.code, reply });
    return reply.json as PublishResponse;
  }

  async publication(): Promise<Publication> {
    return (await this.owner("GET", "/publish")).json as Publication;
  }

  async pass(request: PassRequest): Promise<NewPass> {
    const reply = await this.owner("POST", "/passes", request);
    expect(reply.status, reply.text).to.equal(200);
    return reply.json as NewPass;
  }

  /** A request as a stranger, or a holder of `key`, sends it to the public address. */
  visit(
    method: string,
    path: string,
    { key, ...options }: SendOptions & { readonly key?: string } = {},
  ): Promise<Reply> {
    const port = Number(new URL(this.edge.publicUrl).port);
    const headers = { ...options.headers, ...(key !== undefined && { Authorization: `Bearer ${key}` }) };
    return send(port, method, path, { ...options, headers });
  }

  /** Names of the sockets that the published listener has. */
  sockets(): string[] {
    return readdirSync(this.settings.runtimeDir).filter((file) => /\d\.sock$/.test(file));
  }

  async logText(): Promise<string> {
    return readFile(join(this.settings.runtimeDir, "log"), "utf8");
  }

  /** Stops everything; claims that no session, door or authtoken in the log is left. */
  async stop(): Promise<void> {
    await this.server.stop(0);
    await this.edge.sessionCount(0);
    await this.edge.close();
    expect(this.sockets(), "sockets of the published listener").to.deep.equal([]);
    const written = await this.logText();
    this.#remove();
    for (const secret of [LoopbackEdge.token, this.server.ownerKey]) expect(written).to.not.contain(secret);
  }
}
