/** What a publication is made of. */
import type { PassBook } from "../access/pass-book.js";
import type { PublishedAccess } from "../access/published-access.js";
import type { Log } from "../log.js";
import type { Models } from "../models/models.js";
import type { Settings } from "../settings/read-settings.js";
import type { AuthtokenSources } from "./authtoken.js";
import type { TunnelTiming } from "./patience.js";
import type { PublishedDoor } from "./published-door.js";

export interface PublisherParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly passes: PassBook;
  readonly models: Pick<Models, "status">;
  /** Where an authtoken may be found that nobody passed. */
  readonly authtokenSources: Omit<AuthtokenSources, "option">;
  /** A listener that asks this access who comes in. */
  readonly openDoor: (access: PublishedAccess) => Promise<PublishedDoor>;
  readonly timing?: Partial<TunnelTiming> | undefined;
}
