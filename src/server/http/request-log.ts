/**
 * What runs, what waits, and what ended lately.
 *
 * Holds no text of a client unless `record` is "full": of an ended request only its numbers are kept.
 */
import type { Identity } from "../access/identity.js";
import { LabError } from "../errors.js";
import type { CancelResponse, RequestEntry, RequestList } from "../wire/system.js";
import { RequestRecord } from "./request-record.js";

/** Whose requests are asked for. */
type Viewer = Pick<Identity, "id" | "isOwner">;

/** Ended requests that are remembered. */
const remembered = 100;

export class RequestLog {
  /** Requests answered since the start. */
  answered = 0;
  readonly #active = new Map<string, RequestRecord>();
  readonly #recent: { readonly entry: RequestEntry; readonly keyId: string }[] = [];

  /** A request that begins to work. `client` is the name of its key, `keyId` what tells keys of one name apart. */
  begin(id: string, route: string, client: string, keyId: string = client): RequestRecord {
    const record = new RequestRecord(id, route, client, keyId, (entry) => this.#ended(entry, keyId));
    this.#active.set(id, record);
    return record;
  }

  /** What this caller may see: the owner everything, others their own. Running ones oldest first, ended ones newest first. */
  list(viewer: Viewer): RequestList {
    const visible = ({ keyId }: { readonly keyId: string }): boolean => viewer.isOwner || keyId === viewer.id;
    return {
      active: [...this.#active.values()].filter(visible).map((record) => record.entry()),
      recent: this.#recent
        .filter(visible)
        .map(({ entry }) => entry)
        .reverse(),
    };
  }

  /** Ends a running or waiting request; `request_not_found` when the caller has none with this id. */
  cancel(id: string, viewer: Viewer): CancelResponse {
    const record = this.#active.get(id);
    const state = record?.runningState();
    if (record === undefined || state === undefined || !(viewer.isOwner || record.keyId === viewer.id)) {
      throw new LabError(
        "request_not_found",
        "No running or waiting request of yours has this id. GET /requests lists the ones that are.",
      );
    }
    record.cancel("request");
    return { id, cancelled: true, state };
  }

  #ended(entry: RequestEntry, keyId: string): void {
    this.#active.delete(entry.id);
    this.#recent.push({ entry, keyId });
    if (this.#recent.length > remembered) this.#recent.shift();
  }
}
