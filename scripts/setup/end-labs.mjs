/** Ends labs that nobody holds any more, without waiting until they would end by themselves. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { get, request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { inProject } from "./project.mjs";

/** @typedef {import("../../src/server/state/state-file.js").LabState} LabState */

/** Milliseconds a lab gets to answer. */
const answerTimeoutMs = 15_000;

/** Where labs keep their state files. Needs the build. */
export async function labRuntimeFolder() {
  /** @type {typeof import("../../src/server/state/lab-folders.js")} */
  const { runtimeFolder } = await import(pathToFileURL(inProject("dist/server/state/lab-folders.js")).href);
  return runtimeFolder(process.env);
}

/**
 * Stops the labs of notebooks that were started since then and that no kernel holds. `locallab serve` is left alone.
 *
 * @param {{ runtimeDir: string, since: number }} options `since` in milliseconds since 1970
 * @returns {Promise<string[]>} the names of the labs that were stopped
 */
export async function endLabs({ runtimeDir, since }) {
  /** @type {typeof import("../../src/server/state/state-file.js")} */
  const { readState } = await import(pathToFileURL(inProject("dist/server/state/state-file.js")).href);
  const names = existsSync(runtimeDir)
    ? readdirSync(runtimeDir)
        .filter((file) => file.endsWith(".json") && statSync(join(runtimeDir, file)).mtimeMs >= since)
        .map((file) => file.slice(0, -".json".length))
    : [];
  const ended = await Promise.all(
    names.map(async (name) => {
      const state = readState(runtimeDir, name);
      // a server that somebody started by hand never lingers
      if (state === null || state.settings.linger === "off" || (await isHeld(state))) return undefined;
      return (await stop(state)) ? name : undefined;
    }),
  );
  return ended.filter((name) => name !== undefined);
}

/**
 * @param {LabState} state
 * @returns {Promise<boolean>}
 */
function isHeld(state) {
  return new Promise((resolve) => {
    const attach = get(`${state.url}/attach`, options(state), (response) => {
      response.setEncoding("utf8").on("error", () => {});
      response.once("data", (text) => {
        attach.destroy();
        // the one that asks counts, too
        resolve(!/"holders": ?1\b/.test(text));
      });
      response.once("end", () => resolve(true));
    });
    attach.on("error", () => resolve(true));
    attach.on("timeout", () => attach.destroy());
  });
}

/**
 * @param {LabState} state
 * @returns {Promise<boolean>}
 */
function stop(state) {
  return new Promise((resolve) => {
    const call = request(`${state.url}/stop`, { ...options(state), method: "POST" }, (response) => {
      response.resume().once("close", () => resolve(response.statusCode === 200));
    });
    call.on("error", () => resolve(false));
    call.on("timeout", () => call.destroy());
    call.end(JSON.stringify({ drain_seconds: 0 }));
  });
}

/**
 * Through the lab's own socket file, as a notebook does: by the time this is sent its port may be another program's.
 *
 * @param {LabState} state
 */
const options = ({ socket, ownerKey }) => ({
  agent: false,
  timeout: answerTimeoutMs,
  ...(socket !== null && { socketPath: socket }),
  headers: { authorization: `Bearer ${ownerKey}`, "content-type": "application/json", accept: "text/event-stream" },
});
