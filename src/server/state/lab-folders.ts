/** Where LocalLab keeps things on a user's machine. Built-ins only: the notebook reads this room too. */
import { homedir, platform } from "node:os";
import { join, resolve } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** `LOCALLAB_CACHE_DIR`, else `locallab` in the user's cache folder (XDG base directories; ~/Library/Caches on macOS). */
export function cacheFolder(env: Environment): string {
  if (env.LOCALLAB_CACHE_DIR) return resolve(env.LOCALLAB_CACHE_DIR);
  const fallback = platform() === "darwin" ? join(homedir(), "Library", "Caches") : join(homedir(), ".cache");
  return join(env.XDG_CACHE_HOME || fallback, "locallab");
}

/** `LOCALLAB_RUNTIME_DIR`, else `locallab` in `XDG_RUNTIME_DIR`, else `run` in the cache folder. */
export function runtimeFolder(env: Environment): string {
  if (env.LOCALLAB_RUNTIME_DIR) return resolve(env.LOCALLAB_RUNTIME_DIR);
  return env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, "locallab") : join(cacheFolder(env), "run");
}
