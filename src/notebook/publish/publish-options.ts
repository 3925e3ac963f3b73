/** What a cell may ask of the public address, and how that becomes a request. */
import type { PublishRequest } from "../../server/wire/publish.js";
import { wireOptions } from "../client/wire-options.js";

/** Options of `lab.publish`. */
export interface PublishOptions {
  /** The domain, such as "lab.ngrok-free.app". Default: ngrok's choice, on the free plan always the same. */
  domain?: string;
  /** Ids of the models that visitors may use, 1 to 16; they stay in memory meanwhile. Default: the loaded one. */
  models?: string[];
  /** How long: seconds, or "90s", "8h", "2d"; 1 second to 30 days. Default "8h". */
  expiresIn?: number | string;
  /** What the publication's own key may do: "infer" (make text), "manage" (load models). Default ["infer"]. */
  scopes?: ("infer" | "manage")[];
  /** Origins of web pages that may call the lab, such as "https://app.example". Default none. */
  origins?: string[];
  /** Addresses or networks ("203.0.113.0/24") that alone may come in. This computer's own must be among them. */
  allowCidrs?: string[];
  /** Addresses or networks that may not come in. */
  denyCidrs?: string[];
  /** A traffic policy of ngrok's, as an object or as JSON or YAML text. */
  trafficPolicy?: { [name: string]: unknown } | string;
  /** Text shown beside the endpoint in ngrok's dashboard. */
  metadata?: string;
  /**
   * The ngrok authtoken. Better left out: it is found in NGROK_AUTHTOKEN, in ngrok's own configuration, or where
   * `locallab token` stored it, and what is written into a cell is saved with the notebook.
   */
  authtoken?: string;
  /** "host:port" of another ingress than ngrok's own. */
  serverAddr?: string;
  /** Path of the certificates (PEM) that ingress is checked against. */
  caFile?: string;
}

/** Name on the wire of each option. */
const wireNames = {
  domain: "domain",
  models: "models",
  expiresIn: "expires_in",
  scopes: "scopes",
  origins: "origins",
  allowCidrs: "allow_cidrs",
  denyCidrs: "deny_cidrs",
  trafficPolicy: "traffic_policy",
  metadata: "metadata",
  authtoken: "authtoken",
  serverAddr: "server_addr",
  caFile: "ca_file",
} as const satisfies Record<keyof PublishOptions, keyof PublishRequest>;

/** The body of the request. Refuses what is no option, and values whose default would be taken in silence. */
export const publishRequestOf = (options: PublishOptions): PublishRequest =>
  wireOptions("lab.publish", wireNames, options) as PublishRequest;
