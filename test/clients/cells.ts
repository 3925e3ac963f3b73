/** The tests of one client: one for each cell that the table claims, no more and no fewer. */
import { type ClientName, type FeatureOf, features, isAwaited } from "./client-matrix.js";

/** Inside a `describe`: a test by each feature's name. */
export function cells<Client extends ClientName>(
  client: Client,
  tests: Readonly<Record<FeatureOf<Client>, () => Promise<void>>>,
): void {
  for (const [feature, test] of Object.entries<() => Promise<void>>(tests)) {
    const known = feature as keyof typeof features;
    (isAwaited(client, known) ? it.skip : it)(features[known], test);
  }
}
