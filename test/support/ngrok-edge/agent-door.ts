/** The side of the edge that agents connect to: sessions, endpoints, and the faults a test asks for. */
import { randomBytes } from "node:crypto";
import { EventEmitter } from "node:events";
import type { TLSSocket } from "node:tls";
import {
  type AuthRequest,
  answer,
  type BindRequest,
  readBytes,
  readJson,
  streamType,
  type UnbindRequest,
} from "./agent-requests.js";
import { uint32 } from "./muxado-frames.js";
import { MuxadoSession } from "./muxado-session.js";
import type { MuxadoStream } from "./muxado-stream.js";
import { refusalTexts } from "./refusal-texts.js";

export interface AgentRules {
  /** Authtokens that are accepted. */
  readonly tokens: readonly string[];
  /** Sessions that may be open together. */
  readonly maxSessions: number;
  /** What the domains that the edge makes up end in. */
  readonly domainSuffix: string;
  /** The URL the agent is told for a domain. */
  readonly urlOf: (domain: string) => string;
}

export interface Session {
  readonly muxado: MuxadoSession;
  readonly id: string;
}

export interface Endpoint {
  readonly id: string;
  readonly domain: string;
  readonly session: Session;
}

interface AgentEvents {
  /** A session was accepted, with the number open now. */
  open: [number];
  /** A session ended, with the number open now. */
  close: [number];
  bind: [Endpoint];
  unbind: [string];
}

type Reply = Readonly<Record<string, unknown>>;

/** Milliseconds the agent is left to read why it was refused. */
const refusedLingerMs = 50;

export class AgentDoor extends EventEmitter<AgentEvents> {
  readonly sessions = new Set<Session>();
  readonly endpoints = new Map<string, Endpoint>();
  readonly auths: AuthRequest[] = [];
  readonly binds: BindRequest[] = [];
  /** False: heartbeats are swallowed, as a network does that lost the way back. */
  answersHeartbeats = true;
  /** A text refuses; undefined lets the usual rules decide. */
  rejectAuth: (request: AuthRequest) => string | undefined = () => undefined;
  rejectBind: (request: BindRequest) => string | undefined = () => undefined;
  private readonly rules: AgentRules;

  constructor(rules: AgentRules) {
    super();
    this.rules = rules;
  }

  accept(socket: TLSSocket): void {
    socket.setNoDelay(true);
    const muxado = new MuxadoSession(socket);
    const connection = new Connection(muxado);
    muxado.on("stream", (stream) => {
      // a stream cut half-way is the agent's way of going
      this.serve(connection, stream).catch(() => stream.destroy());
    });
    muxado.on("close", () => this.forget(connection));
  }

  /** Sends one of the dashboard's commands and gives the agent's answer. */
  async command(session: Session, type: "stop" | "restart" | "update", body: Reply = {}): Promise<unknown> {
    const head = Buffer.concat([uint32(streamType[type]), Buffer.from(JSON.stringify(body))]);
    return readJson(session.muxado.open(head));
  }

  /** Ends one endpoint from the edge's side, as a spent quota does. The agent does not answer. */
  stopEndpoint(endpoint: Endpoint, message: string, code?: string): void {
    const body = JSON.stringify({ Id: endpoint.id, Message: message, ErrorCode: code ?? null });
    endpoint.session.muxado.open(Buffer.concat([uint32(streamType.stopEndpoint), Buffer.from(body)]));
    this.endpoints.delete(endpoint.id);
  }

  private async serve(connection: Connection, stream: MuxadoStream): Promise<void> {
    const type = (await readBytes(stream, 4)).readUInt32BE(0);
    if (type === streamType.heartbeat) {
      for await (const bytes of stream) {
        connection.beat();
        if (this.answersHeartbeats) stream.write(bytes);
      }
      return;
    }
    const request = await readJson(stream);
    const reply = this.reply(connection, type, request);
    answer(stream, reply);
    if (type === streamType.auth && reply.Error !== "") {
      setTimeout(() => connection.muxado.destroy(), refusedLingerMs).unref();
    }
  }

  private reply(connection: Connection, type: number, request: unknown): Reply {
    if (type === streamType.auth) return this.replyToAuth(connection, request as AuthRequest);
    if (connection.session === undefined) return { Error: "not authenticated" };
    if (type === streamType.bind) return this.replyToBind(connection.session, request as BindRequest);
    if (type === streamType.unbind) {
      const { Id } = request as UnbindRequest;
      this.endpoints.delete(Id);
      this.emit("unbind", Id);
      return { Error: "", Extra: null };
    }
    return { Error: `the stand-in does not know requests of type ${type}` };
  }

  private replyToAuth(connection: Connection, request: AuthRequest): Reply {
    this.auths.push(request);
    const refused = this.refusalOfAuth(request);
    if (refused !== undefined) return { Version: "3", ClientId: "", Error: refused, Extra: {} };
    const session = { muxado: connection.muxado, id: randomBytes(16).toString("hex") };
    connection.admit(session, request);
    this.sessions.add(session);
    this.emit("open", this.sessions.size);
    const Extra = { Version: "prod", Region: "us", Cookie: "cookie", AccountName: "Loopback", PlanName: "Free" };
    return { Version: "3", ClientId: session.id, Error: "", Extra };
  }

  private refusalOfAuth(request: AuthRequest): string | undefined {
    const asked = this.rejectAuth(request);
    if (asked !== undefined) return asked;
    const token = request.Extra.AuthToken;
    if (token === "") return refusalTexts.noToken();
    if (!/^[A-Za-z0-9_]{8,}$/.test(token)) return refusalTexts.malformedToken(token);
    if (!this.rules.tokens.includes(token)) return refusalTexts.unknownToken(token);
    if (this.sessions.size >= this.rules.maxSessions) return refusalTexts.tooManyAgents(this.rules.maxSessions);
    return undefined;
  }

  private replyToBind(session: Session, request: BindRequest): Reply {
    this.binds.push(request);
    const domain = request.Opts.Domain || `${randomBytes(6).toString("hex")}.${this.rules.domainSuffix}`;
    const isTaken = [...this.endpoints.values()].some((endpoint) => endpoint.domain === domain);
    const refused = this.rejectBind(request) ?? (isTaken ? refusalTexts.alreadyOnline(`https://${domain}`) : undefined);
    if (refused !== undefined) return { Error: refused };
    const endpoint = { id: randomBytes(16).toString("hex"), domain, session };
    this.endpoints.set(endpoint.id, endpoint);
    this.emit("bind", endpoint);
    return {
      Id: endpoint.id,
      URL: this.rules.urlOf(domain),
      Proto: request.Proto,
      Opts: { ...request.Opts, Domain: domain, Hostname: domain },
      Error: "",
      Extra: { Token: randomBytes(8).toString("hex") },
    };
  }

  private forget(connection: Connection): void {
    connection.stopWatching();
    const session = connection.session;
    if (session === undefined) return;
    this.sessions.delete(session);
    for (const [id, endpoint] of this.endpoints) if (endpoint.session === session) this.endpoints.delete(id);
    this.emit("close", this.sessions.size);
  }
}

/** One TLS connection, before and after it became a session. */
class Connection {
  readonly muxado: MuxadoSession;
  session: Session | undefined;
  private allowedSilenceMs = 0;
  private watchdog: NodeJS.Timeout | undefined;

  constructor(muxado: MuxadoSession) {
    this.muxado = muxado;
  }

  admit(session: Session, request: AuthRequest): void {
    this.session = session;
    this.allowedSilenceMs = (request.Extra.HeartbeatInterval + request.Extra.HeartbeatTolerance) / 1e6;
    this.beat();
  }

  /** As the real service: an agent that is silent for interval plus tolerance is dead. */
  beat(): void {
    this.stopWatching();
    if (this.session === undefined) return;
    this.watchdog = setTimeout(() => this.muxado.destroy(), this.allowedSilenceMs).unref();
  }

  stopWatching(): void {
    clearTimeout(this.watchdog);
  }
}
