/** What a cell may ask of the public address, and how that becomes a request. */
import type { PublishRequest } from "../../server/wire/publish.js";
import { type WireOption, wireOptions } from "../client/wire-options.js";

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

const networks = 'a list such as ["203.0.113.0/24"]; left out there is none';

/** Every option: its name on the wire, and what it may be. */
export const knownOptions: Readonly<
  Record<keyof PublishOptions, WireOption & { readonly field: keyof PublishRequest }>
> = {
  domain: { field: "domain", wants: 'a name such as "lab.ngrok-free.app"; left out ngrok chooses' },
  models: { field: "models", wants: "a list of 1 to 16 model ids; left out it is the loaded one" },
  expiresIn: { field: "expires_in", wants: 'seconds, or a text such as "8h", up to 30 days; left out it is 8 hours' },
  scopes: { field: "scopes", wants: 'a list of "infer", "manage"; left out it is ["infer"]' },
  origins: { field: "origins", wants: 'a list such as ["https://app.example"]; left out there is none' },
  allowCidrs: { field: "allow_cidrs", wants: networks },
  denyCidrs: { field: "deny_cidrs", wants: networks },
  trafficPolicy: { field: "traffic_policy", wants: "an object, or JSON or YAML text; left out there is none" },
  metadata: { field: "metadata", wants: "text; left out there is none" },
  authtoken: { field: "authtoken", wants: "an ngrok authtoken; left out it is the one that is stored" },
  serverAddr: { field: "server_addr", wants: '"host:port"; left out it is ngrok\'s own' },
  caFile: { field: "ca_file", wants: "the path of a PEM file; left out there is none" },
};

/** The body of the request. Refuses what is no option, and values whose default would be taken in silence. */
export const publishRequestOf = (options: PublishOptions): PublishRequest =>
  wireOptions("lab.publish", knownOptions, options);
