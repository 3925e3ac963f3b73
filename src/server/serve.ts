/**
 * A server from settings: listens, writes its state file, loads its model, and stops without leaving anything behind.
 */
import { randomBytes } from "node:crypto";
import { createServer, type Server } from "node:http";
import { Access } from "./access/access.js";
import { checkBinding } from "./access/check-binding.js";
import { PassBook } from "./access/pass-book.js";
import { configureServer } from "./http/configure-server.js";
import { createApp } from "./http/create-app.js";
import type { AppParts, PublishedRules } from "./http/http-services.js";
import { inTurn } from "./http/in-turn.js";
import { listen, urlHost } from "./http/listen.js";
import { openPublished } from "./http/published.js";
import { RequestLog } from "./http/request-log.js";
import { Lifetime } from "./lifetime.js";
import { createLog, type Log } from "./log.js";
import { availableMemoryBytes } from "./machine/container.js";
import { createMachine } from "./machine/machine.js";
import type { Models } from "./models/models.js";
import { Residents } from "./models/residents.js";
import { Publisher } from "./publish/publisher.js";
import { publishBody } from "./schema/publish.js";
import { environment, type Settings } from "./settings/read-settings.js";
import { processStart } from "./state/process-start.js";
import { type LabState, removeState, writeState } from "./state/state-file.js";
import { takeName } from "./take-name.js";
import { version } from "./version.js";
import type { StopResponse } from "./wire/lab.js";
import type { PublishResponse } from "./wire/publish.js";

/** A server that listens. */
export interface RunningServer {
  /** Where a client on this machine reaches it, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /** Key with every scope; also in the state file. */
  readonly ownerKey: string;
  /** Resolves when the model of the settings is loaded; rejects when it could not be. Resolves at once for "none". */
  readonly modelLoaded: Promise<void>;
  /** Gives the lab a public address, as the settings say, and resolves once it was checked. See `Publisher`. */
  publish(): Promise<PublishResponse>;
  /**
   * Refuses new requests, lets running ones finish for up to `drainSeconds` (default 10), then ends everything.
   * Calling it again returns the same promise.
   */
  stop(drainSeconds?: number): Promise<void>;
}

/** What only a test gives. */
export interface ServeHooks {
  /** Stands before the check of keys at the published door. */
  readonly planted?: PublishedRules["planted"];
}

/**
 * Starts a server. Resolves when it listens; the model loads on. `flags` are what a person wrote, for the state file.
 *
 * Refuses with `invalid_request` when the port is taken, when a lab of this name runs already, or when it would
 * listen beyond this machine without an API key.
 */
export async function serve(
  settings: Settings,
  flags: LabState["flags"] = {},
  hooks: ServeHooks = {},
): Promise<RunningServer> {
  checkBinding(settings);
  const letGo = takeName(settings);
  const log = createLog(settings.logLevel, settings.logFile);
  const ownerKey = `lab_owner_${randomBytes(32).toString("base64url")}`;
  log.hide(ownerKey);
  log.hide(settings.apiKey);
  log.hide(settings.ngrokAuthtoken);
  const models = new Residents({ settings, log, freeBytes: () => availableMemoryBytes() });
  const machine = createMachine({ modelsDir: settings.modelsDir, log });
  const passes = new PassBook();
  const server = createServer();
  const startedAt = Date.now();
  let stopping: Promise<void> | undefined;
  try {
    configureServer(server);
    const port = await listen(server, settings);
    const url = `http://${urlHost(settings.host)}:${port}`;
    const stop = (drainSeconds = 10): Promise<void> => {
      stopping ??= shutDown({ settings, server, models, machine, lifetime, log, publisher, passes }, drainSeconds);
      return stopping;
    };
    const lifetime = new Lifetime({
      linger: settings.linger,
      isBusy: () => isAtWork(models),
      onOver: () => {
        log.info("nobody holds this server any more", { linger: settings.linger });
        void stop();
      },
    });
    let isEnding = false;
    const publisher = new Publisher({
      settings,
      log,
      passes,
      models,
      authtokenSources: {
        env: { XDG_CONFIG_HOME: environment.XDG_CONFIG_HOME, NGROK_AUTHTOKEN: settings.ngrokAuthtoken },
      },
      openListener: (access) => {
        const published = { origins: access.hosts.origins, planted: hooks.planted };
        return openPublished(settings, createApp({ ...parts, access, published }).callback());
      },
    });
    const access = new Access({
      ownerKey,
      apiKey: settings.apiKey,
      host: settings.host,
      allowedHosts: settings.allowedHosts,
      passes,
    });
    const parts: AppParts = {
      settings,
      log,
      models,
      machine,
      access,
      requests: new RequestLog(),
      passes,
      publisher,
      version,
      startedAt,
      isStopping: () => stopping !== undefined || isEnding,
      owner: {
        get holders() {
          return lifetime.holders;
        },
        hold: () => lifetime.hold(),
        stop: async (drainSeconds) => {
          isEnding = true;
          const publicUrl = publisher.status().url;
          const unpublished = publisher.close(drainSeconds * 1000);
          const receipt = { ...(await releaseModels(models, url, startedAt, drainSeconds)), public_url: publicUrl };
          await unpublished;
          // the answer goes out first
          setTimeout(() => void stop(0), 20);
          return receipt;
        },
      },
    };
    server.on("request", inTurn(createApp(parts).callback()));
    writeState(settings.runtimeDir, stateOf(settings, flags, url, ownerKey));
    letGo();
    log.info("listening", { url, name: settings.name, pid: process.pid, version });
    const modelLoaded = settings.model === "none" ? Promise.resolve() : models.load(settings.model).then(() => {});
    modelLoaded.catch((error: unknown) =>
      log.error("the model of the settings did not load", { model: settings.model, error }),
    );
    return { url, port, ownerKey, modelLoaded, publish: () => publisher.publish(publishBody.read({})), stop };
  } catch (error) {
    letGo();
    server.close();
    machine.close();
    passes.close();
    await models.close(0);
    await log.close();
    throw error;
  }
}

interface Parts {
  readonly settings: Settings;
  readonly server: Server;
  readonly models: Models;
  readonly machine: { close(): void };
  readonly lifetime: Lifetime;
  readonly log: Log;
  readonly publisher: Publisher;
  readonly passes: PassBook;
}

async function shutDown(
  { settings, server, models, machine, lifetime, log, publisher, passes }: Parts,
  drainSeconds: number,
): Promise<void> {
  log.info("stopping", { drainSeconds });
  lifetime.close();
  // another server of this name may start from now on
  removeState(settings.runtimeDir, settings.name);
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const unpublished = publisher.close(drainSeconds * 1000);
  await models.close(drainSeconds);
  await unpublished;
  passes.close();
  machine.close();
  // what is still open now has had its last frame, or never sent a request
  setTimeout(() => server.closeAllConnections(), 250).unref();
  server.closeIdleConnections();
  await closed;
  log.info("stopped");
  await log.close();
}

/** True while a request runs or waits, or a model loads. */
function isAtWork(models: Models): boolean {
  return models
    .status()
    .models.some(({ slots, waiting, state }) => slots.busy > 0 || waiting > 0 || state === "loading");
}

/** Ends the engine and says what came back. */
async function releaseModels(
  models: Models,
  url: string,
  startedAt: number,
  drainSeconds: number,
): Promise<Omit<StopResponse, "public_url">> {
  const { model, models: resident } = models.status();
  const memory = resident.reduce((sum, one) => sum + (one.memory_bytes ?? 0), 0);
  const cancelled = await models.close(drainSeconds);
  return {
    status: "stopped",
    pid: process.pid,
    url,
    model_id: model,
    freed_bytes: memory,
    cancelled_requests: cancelled,
    uptime_seconds: (Date.now() - startedAt) / 1000,
  };
}

function stateOf(settings: Settings, flags: LabState["flags"], url: string, ownerKey: string): LabState {
  const { apiKey, ngrokAuthtoken: _secret, ...shown } = settings;
  return {
    name: settings.name,
    pid: process.pid,
    processStart: processStart(process.pid) ?? "",
    version,
    url,
    ownerKey,
    apiKey: apiKey ?? null,
    logFile: settings.logFile ?? null,
    flags,
    settings: { ...shown },
  };
}
