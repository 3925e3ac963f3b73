/** What crosses the wire about passes: keys that the owner gives to others. For the owner's key only. */

/** What a key may do: "infer" makes text and looks around, "manage" loads and unloads models, "owner" everything. */
export type PassScope = "infer" | "manage" | "owner";

/** Body of `POST /passes`. */
export interface PassRequest {
  /** Who it is for, 1 to 64 characters. */
  name: string;
  /** How long it is good for: seconds, or "90s", "8h", "7d"; 1 second to 365 days, or "never". Default "24h". */
  expires_in?: number | string;
  /** What it may do: 1 to 3 of "infer", "manage", "owner". Default ["infer"]. */
  scopes?: PassScope[] | null;
  /** Requests it may send in all, 1 to 1000000000. Default: no limit. */
  max_requests?: number;
  /** Tokens it may use in all, read and made together, 1 to 1000000000000. Default: no limit. */
  max_tokens?: number;
  /** Ids of the models it may use and see, 1 to 64; they stay in memory while it is good; ["*"] is every model, and keeps none. Default: the publication's, else the one loaded then; with "manage" or "owner" every model. */
  models?: string[];
}

/** "exhausted": its requests or tokens are used up. */
export type PassState = "active" | "expired" | "revoked" | "exhausted";

/** A pass and what was used of it. Never its key. */
export interface PassEntry {
  id: string;
  name: string;
  scopes: PassScope[];
  state: PassState;
  /** ISO 8601. */
  created_at: string;
  /** ISO 8601; null for no end. */
  expires_at: string | null;
  /** null for no limit. */
  max_requests: number | null;
  max_tokens: number | null;
  /** Ids of the models it may use and see; null for every one. */
  models: string[] | null;
  /** Requests for text until now. */
  requests: number;
  /** Tokens read and made until now, of running requests too. */
  tokens: number;
  /** Requests that run now. */
  running: number;
  /** When its last request for text began, ISO 8601; null when there was none. */
  last_used_at: string | null;
}

/** Answer of `POST /passes`: the only answer with the key. */
export interface NewPass extends PassEntry {
  key: string;
}

/** Answer of `GET /passes`. */
export interface PassList {
  passes: PassEntry[];
}

/** Answer of `DELETE /passes/{id}`. */
export interface RevokedPass extends PassEntry {
  /** Requests that ran with it and were ended. */
  ended_requests: number;
}
