/** The tests of one client: one for each cell that the table claims, no more and no fewer. */
import { type ClientName, type FeatureOf, features } from "./client-matrix.js";

/** Inside a `describe`: a test by each feature's name. */
export function cells<Client extends ClientName>(
  _client: Client,
  tests: Readonly<Record<FeatureOf<Client>, () => Promise<void>>>,
): void {
  for (const [feature, test] of Object.entries<() => Promise<void>>(tests)) {
    it(features[feature as keyof typeof features], test);
  }
}
