/** The part of a path that exists. */
import { existsSync } from "node:fs";
import { dirname } from "node:path";

/** The folder itself, or the nearest above it that exists. */
export function existingFolder(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}
