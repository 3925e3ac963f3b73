/** The address of a Jupyter server that was just started, from the file that it writes when it listens. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds between two looks. */
const lookMs = 100;

/**
 * @param {number} pid the server's process
 * @param {string} folder Jupyter's runtime folder
 * @param {() => boolean} isOver true when nothing will come any more
 * @returns {Promise<{ url: string, token: string, port: number } | undefined>} undefined when it was over first
 */
export async function jupyterAddress(pid, folder, isOver) {
  // jupyter_server, and the classic notebook up to 6
  const files = ["jpserver", "nbserver"].map((name) => join(folder, `${name}-${pid}.json`));
  while (!isOver()) {
    const found = files.map(read).find((info) => info !== undefined);
    if (found !== undefined) return found;
    await pause(lookMs);
  }
  return undefined;
}

/** @param {string} file */
function read(file) {
  try {
    const { url, token, port } = JSON.parse(readFileSync(file, "utf8"));
    return { url: String(url), token: String(token ?? ""), port: Number(port) };
  } catch {
    // not there yet, or half written
    return undefined;
  }
}

/**
 * A page of it, with the token that opens it.
 *
 * @param {{ url: string, token: string }} server
 * @param {string} page
 */
export function pageAddress({ url, token }, page) {
  const address = new URL(page, url.endsWith("/") ? url : `${url}/`);
  if (token !== "") address.searchParams.set("token", token);
  return address.href;
}
