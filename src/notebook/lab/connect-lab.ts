/** Connects to a lab that runs already. */

import type { LabState } from "../../server/state/state-file.js";
import { refuseStrangeKey } from "../client/api-key.js";
import { baseUrl, isLoopback } from "../client/base-url.js";
import { LabRequestError } from "../client/request-error.js";
import { runningLabs } from "../client/running-labs.js";
import { refuseUnknownOptions } from "../client/wire-options.js";
import { environment } from "../kernel/environment.js";
import { ConnectedLab } from "./connected-lab.js";
import { remember } from "./current-lab.js";
import type { Lab } from "./lab.js";

/** Options of `connectLab`. */
export interface ConnectOptions {
  /** Key of the lab, if it asks for one. Default: that of a lab of yours at this address, else `LOCALLAB_API_KEY`. */
  apiKey?: string;
}

/**
 * Connects to a lab that runs already, here or elsewhere, and gives the same `Lab` that `startLab` gives.
 *
 * `url` is its address: "http://127.0.0.1:8000", or that of a published lab; a "/v1" behind it is left out. Without
 * `apiKey` a lab of your own on this machine is asked with its own key, and another that wants a key with the one in
 * the variable `LOCALLAB_API_KEY`. Fails with `connection_failed` when nothing answers there, `not_a_lab` when something
 * else does, `missing_api_key` or `invalid_api_key` when the lab wants another key.
 */
export async function connectLab(url: string, options: ConnectOptions = {}): Promise<Lab> {
  refuseUnknownOptions("connectLab", ["apiKey"], options);
  refuseStrangeKey(options.apiKey);
  const address = baseUrl(url);
  const lab = await (options.apiKey === undefined
    ? connectUnasked(address)
    : ConnectedLab.connect(address, options.apiKey));
  remember(lab);
  return lab;
}

/** Without a key of the caller's. The variable's key goes to nobody who does not ask for one. */
async function connectUnasked(address: string): Promise<ConnectedLab> {
  const own = ownLabAt(new URL(address));
  if (own !== undefined) return ConnectedLab.connect(own.url, own.apiKey ?? undefined);
  try {
    return await ConnectedLab.connect(address, undefined);
  } catch (error) {
    const known = environment().LOCALLAB_API_KEY;
    if (!isAboutKey(error, "missing_api_key") || !known) throw error;
    return ConnectedLab.connect(address, known).catch((refusal: unknown) => {
      if (!isAboutKey(refusal, "invalid_api_key")) throw refusal;
      const sentence = `${address} does not know the key in LOCALLAB_API_KEY. Give the one its owner gave you: { apiKey }.`;
      throw new LabRequestError("invalid_api_key", sentence, { status: refusal.status, cause: refusal });
    });
  }
}

/**
 * This user's own lab that listens there. Its key goes to its own address: behind "localhost" and the machine's other
 * loopback addresses another user may listen.
 */
function ownLabAt({ hostname, port, pathname }: URL): LabState | undefined {
  if (pathname !== "/") return undefined;
  return runningLabs().find(({ url }) => {
    const own = new URL(url);
    return own.port === port && (own.hostname === hostname || (hostname === "localhost" && isLoopback(url)));
  });
}

const isAboutKey = (error: unknown, code: string): error is LabRequestError =>
  error instanceof LabRequestError && error.code === code;
