/**
 * A server from settings: listens, writes its state file, loads its model, and stops without leaving anything behind.
 */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { Access, checkBinding } from "./access/access.js";
import { PassBook } from "./access/pass-book.js";
import { messageOf } from "./async/message-of.js";
import { GrammarGate } from "./engine/local/grammar-gate.js";
import { GrammarProcess } from "./engine/local/grammar-process.js";
import { LabError } from "./errors.js";
import { configureServer } from "./http/configure-server.js";
import { createApp } from "./http/create-app.js";
import type { AppParts, PublishedRules } from "./http/http-services.js";
import { inTurn } from "./http/in-turn.js";
import { KeptStreams } from "./http/kept-streams.js";
import { listen, urlHost } from "./http/listen.js";
import { OwnerListener } from "./http/owner-listener.js";
import { openPublished } from "./http/published.js";
import { RequestLog } from "./http/request-log.js";
import { Closers } from "./lifetime/closers.js";
import { endConnections, refuseNew } from "./lifetime/end-connections.js";
import { HeldName } from "./lifetime/held-name.js";
import { keepPlace } from "./lifetime/keep-place.js";
import { labStateOf } from "./lifetime/lab-state-of.js";
import { isStranger, notePresence } from "./lifetime/presence.js";
import { isAtWork, releaseAll } from "./lifetime/release-all.js";
import { Lifetime } from "./lifetime.js";
import { createLog, type Log } from "./log.js";
import { availableMemoryBytes } from "./machine/container.js";
import { createMachine } from "./machine/machine.js";
import { gpuBytes } from "./machine/machine-sample.js";
import { FilesProcess } from "./models/headers/files-process.js";
import { KeptInspections } from "./models/headers/kept-inspections.js";
import { loadAtStart } from "./models/model-at-start.js";
import { Residents } from "./models/residents.js";
import { writeByteVocabulary } from "./models/sample/byte-vocabulary.js";
import { startLocalEngine } from "./models/start-engine.js";
import { Publisher } from "./publish/publisher.js";
import { publishBody } from "./schema/publish.js";
import { environment, type Settings } from "./settings/read-settings.js";
import { makeFolder } from "./state/private-folder.js";
import type { LabState } from "./state/state-file.js";
import { version } from "./version.js";
import type { PublishResponse } from "./wire/publish.js";

/** A server that listens. */
export interface RunningServer {
  /** Where a client on this machine reaches it, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Key with every scope; also in the state file. */
  readonly ownerKey: string;
  /**
   * Resolves when the model of the settings is loaded, with a sentence that says which one it is and why; rejects when it
   * could not be. For "none" it is null, at once.
   */
  readonly modelLoaded: Promise<string | null>;
  /** Gives the lab a public address, as the settings say, and resolves once it was checked. See `Publisher`. */
  publish(): Promise<PublishResponse>;
  /**
   * Refuses new requests, lets running ones finish for up to `drainSeconds` (default 10), then ends everything, by force
   * what has not ended 10 s later. Calling it again returns the same promise; it never rejects.
   */
  stop(drainSeconds?: number): Promise<void>;
  /** Ends the processes it has started and removes its files, at once, for when this process ends without `stop`. */
  abandon(): void;
}

/** What only a test gives. */
export interface ServeHooks {
  /** Stands before the check of keys at the published listener. */
  readonly planted?: PublishedRules["planted"];
  /** Milliseconds between two looks at the state file and the socket. Default 5000. */
  readonly lookMs?: number;
}

/** Milliseconds that ending requests, models and the publication may take beyond what running requests are given. */
const endMs = 10_000;

/**
 * Starts a server. Resolves when it listens; the model loads on. `flags` are what a person wrote, for the state file.
 *
 * Refuses with `invalid_request` when the port is taken, when a lab of this name runs already, when a file or folder of
 * the settings cannot be used, or when it would listen beyond this machine without an API key. Nothing is left open then.
 */
export async function serve(
  settings: Settings,
  flags: LabState["flags"] = {},
  hooks: ServeHooks = {},
): Promise<RunningServer> {
  checkBinding(settings);
  const startedAt = performance.now();
  const log = createLog(settings.logLevel, settings.logFile, settings.logFormat);
  const closers = new Closers();
  closers.add("The log", () => log.close());
  try {
    return await open(settings, flags, hooks, { startedAt, log, closers });
  } catch (error) {
    await closers.close(0, log);
    throw error;
  }
}

interface Ground {
  readonly startedAt: number;
  readonly log: Log;
  readonly closers: Closers;
}

async function open(
  settings: Settings,
  flags: LabState["flags"],
  hooks: ServeHooks,
  { startedAt, log, closers }: Ground,
): Promise<RunningServer> {
  const held = await HeldName.take(settings);
  closers.add("The end", () => log.info("stopped"));
  closers.add("The name", () => held.release());
  if (held.ended.length > 0) log.warn("ended what a dead server of this name had left", { pids: held.ended });
  const ownerKey = `lab_owner_${randomBytes(32).toString("base64url")}`;
  for (const secret of [ownerKey, settings.apiKey, settings.ngrokAuthtoken]) log.hide(secret);
  makeModelsFolder(settings.modelsDir, log);
  const machine = createMachine({ modelsDir: settings.modelsDir, log });
  closers.add("The measuring", () => machine.close());
  const streams = new KeptStreams();
  const passes = new PassBook((key) => {
    streams.forget(key);
    models.forget(key);
  });
  closers.add("The passes", () => passes.close());
  const onProcess = (pid: number): void => held.note(pid, log);
  const start = startLocalEngine(settings, log, onProcess);
  const room = { freeBytes: () => availableMemoryBytes(), gpuBytes: () => gpuBytes(machine.sample()) };
  const files = new FilesProcess({ log, onProcess });
  closers.add("The files process", () => files.close());
  const grammars = new GrammarProcess({ log, onProcess, vocabulary: () => writeByteVocabulary(settings.cacheDir) });
  closers.add("The grammar process", () => grammars.close());
  const kept = new KeptInspections(settings, log);
  const models = new Residents({ settings, log, start, ...room, readHeader: files.readHeader, kept });
  const lifetime = new Lifetime({
    linger: settings.linger,
    isBusy: () => isAtWork(models),
    onOver: () => {
      log.info("no notebook holds this server any more", { linger: settings.linger });
      void stop();
    },
  });
  closers.add("The lifetime", () => lifetime.close());
  let stopping: Promise<void> | undefined;
  let isEnding = false;
  const stop = (drainSeconds = 10): Promise<void> => {
    stopping ??= end(drainSeconds);
    return stopping;
  };
  const end = async (drainSeconds: number): Promise<void> => {
    log.info("stopping", { drainSeconds });
    held.beginEnd(log);
    lifetime.close();
    await closers.close(drainSeconds, log);
  };
  const publisher = new Publisher({
    settings,
    log,
    passes,
    models,
    authtokenSources: {
      env: { XDG_CONFIG_HOME: environment.XDG_CONFIG_HOME, NGROK_AUTHTOKEN: settings.ngrokAuthtoken },
    },
    openListener: (publishedAccess) => {
      const published = { origins: publishedAccess.hosts.origins, planted: hooks.planted };
      return openPublished(settings, createApp({ ...parts, access: publishedAccess, published }).callback(), log);
    },
    onProcess,
  });
  const { apiKey, host, allowedHosts } = settings;
  const access = new Access({ ownerKey, apiKey, host, allowedHosts, passes });
  const parts: AppParts = {
    settings,
    log,
    models,
    machine,
    access,
    requests: new RequestLog(),
    grammarGate: new GrammarGate(grammars),
    streams,
    passes,
    publisher,
    version,
    startedAt,
    isStopping: (who) => stopping !== undefined || isEnding || (lifetime.isLeaving && isStranger(who)),
    owner: {
      get holders() {
        return lifetime.holders;
      },
      hold: () => lifetime.hold(),
      stop: async (drainSeconds) => {
        isEnding = true;
        streams.close();
        held.beginEnd(log);
        try {
          return await releaseAll({ models, publisher, url, startedAt }, drainSeconds);
        } finally {
          // the answer goes out first
          setTimeout(() => void stop(0), 20);
        }
      },
    },
  };
  const serveHome = inTurn(notePresence(createApp(parts).callback(), lifetime, access));
  const server = createServer();
  configureServer(server);
  server.on("request", serveHome);
  const port = await listen(server, settings, log);
  closers.add("The port", () => endConnections(server), { force: () => server.closeAllConnections() });
  const url = `http://${urlHost(host)}:${port}`;
  const socket = await OwnerListener.open(settings, serveHome, log);
  closers.add("The owner's socket", () => socket.close());
  closers.add("What runs", (drain) => Promise.all([publisher.close(drain * 1000), models.close(drain)]), {
    withinMs: endMs,
    force: () => held.processes.end(),
  });
  closers.add("The entrances", () => {
    streams.close();
    refuseNew(server);
    socket.refuseNew();
  });
  held.announce(labStateOf(settings, flags, { url, ownerKey, socket: socket.path }));
  closers.add("The watch", keepPlace({ held, socket, log, lookMs: hooks.lookMs }));
  log.info("listening", { url, name: settings.name, pid: process.pid, version });
  const modelLoaded = loadAtStart(models, settings);
  // whoever started it wants it, so it does not end before it can be used
  const starting = lifetime.work();
  modelLoaded
    .catch((error: unknown) => log.error("the model of the settings did not load", reasonOf(settings, error)))
    .finally(() => starting(true));
  const abandon = (): void => {
    held.processes.endNow();
    socket.close();
    held.release();
  };
  return { url, port, ownerKey, modelLoaded, publish: () => publisher.publish(publishBody.read({})), stop, abandon };
}

/** The default folder is made, so that files can be put there. A named one that is not there was refused before. */
function makeModelsFolder(modelsDir: string, log: Log): void {
  try {
    makeFolder(modelsDir);
  } catch (error) {
    log.warn("the models folder could not be made", { modelsDir, reason: messageOf(error) });
  }
}

/** A refusal has its reason in words; only what nobody foresaw wants the places in the code. */
const reasonOf = ({ model }: Settings, error: unknown): Record<string, unknown> =>
  error instanceof LabError ? { model, reason: error.message } : { model, error };
