/** Connects to a lab that runs already. */
import { refuseStrangeKey } from "../client/api-key.js";
import { baseUrl } from "../client/base-url.js";
import { refuseUnknownOptions } from "../client/wire-options.js";
import { ConnectedLab } from "./connected-lab.js";
import { remember } from "./current-lab.js";
import type { Lab } from "./lab.js";

/** Options of `connectLab`. */
export interface ConnectOptions {
  /** Key of the lab, if it asks for one. Better from `process.env.LOCALLAB_API_KEY` than written into a cell. */
  apiKey?: string;
}

/**
 * Connects to a lab that runs already, here or elsewhere, and gives the same `Lab` that `startLab` gives.
 *
 * `url` is its address: "http://127.0.0.1:8000", or that of a published lab. Fails with `connection_failed` when
 * nothing answers there, `not_a_lab` when something else does, `missing_api_key` or `invalid_api_key` when the lab
 * wants another key.
 */
export async function connectLab(url: string, options: ConnectOptions = {}): Promise<Lab> {
  refuseUnknownOptions("connectLab", ["apiKey"], options);
  refuseStrangeKey(options.apiKey);
  const lab = await ConnectedLab.connect(baseUrl(url), options.apiKey);
  remember(lab);
  return lab;
}
