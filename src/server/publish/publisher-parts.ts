/** What a publication is made of. */
import type { PassBook } from "../access/pass-book.js";
import type { PublishedAccess } from "../access/published-access.js";
import type { Log } from "../log.js";
import type { Models } from "../models/models.js";
import type { Settings } from "../settings/read-settings.js";
import type { AuthtokenSources } from "./authtoken.js";
import type { WatchTiming } from "./publication-watch.js";
import type { PublishedListener } from "./published-listener.js";
import type { TunnelTiming } from "./tunnel.js";

/** What a publication wants of the models. */
export type PublishedModels = Pick<Models, "status" | "list" | "pin" | "keepOwnerSlot">;

export interface PublisherParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly passes: PassBook;
  readonly models: PublishedModels;
  /** Where an authtoken may be found when the request names none. */
  readonly authtokenSources: Omit<AuthtokenSources, "option">;
  /** A listener that asks this access who comes in. */
  readonly openListener: (access: PublishedAccess) => Promise<PublishedListener>;
  readonly timing?: Partial<TunnelTiming & WatchTiming> | undefined;
  /** Called with the id of every tunnel process, as soon as there is one. */
  readonly onProcess?: ((pid: number) => void) | undefined;
}
