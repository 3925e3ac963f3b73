/** Where LocalLab keeps things on a user's machine. Built-ins only: the notebook reads this room too. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { platform, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { absolutePath, homeFolder } from "./absolute-path.js";
import { canHoldPrivateFiles } from "./private-folder.js";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `LOCALLAB_CACHE_DIR`, else `locallab` in the user's cache folder (XDG base directories; ~/Library/Caches on macOS),
 * else, where that cannot be written, `cache` in a folder of this user's in the temp folder.
 */
export function cacheFolder(env: Environment): string {
  if (env.LOCALLAB_CACHE_DIR) return absolutePath(env.LOCALLAB_CACHE_DIR);
  const usual = usualCacheFolder(env);
  return usual !== undefined && canBeWritten(usual) ? usual : join(temporaryHome(), "cache");
}

/**
 * `LOCALLAB_RUNTIME_DIR`, else the first of these that can hold private files: `locallab` in `XDG_RUNTIME_DIR`, `run` in
 * the cache folder, a folder of this user's in the temp folder. Makes nothing; where none can, it is the last.
 */
export function runtimeFolder(env: Environment): string {
  if (env.LOCALLAB_RUNTIME_DIR) return absolutePath(env.LOCALLAB_RUNTIME_DIR);
  const places = [
    env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, "locallab") : undefined,
    env.LOCALLAB_CACHE_DIR ? join(cacheFolder(env), "run") : undefined,
    usualCacheFolder(env) && join(usualCacheFolder(env) as string, "run"),
  ];
  return places.find((place) => place !== undefined && canHoldPrivateFiles(place)) ?? temporaryHome();
}

/** undefined where the user has no home folder. */
function usualCacheFolder(env: Environment): string | undefined {
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, "locallab");
  const home = homeFolder();
  if (home === undefined) return undefined;
  return platform() === "darwin" ? join(home, "Library", "Caches", "locallab") : join(home, ".cache", "locallab");
}

/** Another user may have made it: look whose it is before use. */
function temporaryHome(): string {
  return join(tmpdir(), `locallab-${process.getuid?.() ?? "user"}`);
}

function canBeWritten(folder: string): boolean {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    return statSync(place).isDirectory();
  } catch {
    // read-only, or another user's
    return false;
  }
}
