/** Variables of this process that keep what a test starts apart from the user's labs and from other tests. */
import { after, before } from "mocha";
import { temporaryFolder } from "./temp-folder.js";
import { sampleCacheDir } from "./test-settings.js";

/** Inside a `describe`: sets them for its tests and takes them back. `runtimeDir` is where state files are. */
export function ownEnvironment(): { readonly runtimeDir: string } {
  const runtimeDir = temporaryFolder();
  const wanted: Readonly<Record<string, string | undefined>> = {
    LOCALLAB_RUNTIME_DIR: runtimeDir,
    LOCALLAB_CACHE_DIR: sampleCacheDir,
    LOCALLAB_NAME: undefined,
    LOCALLAB_PORT: undefined,
    LOCALLAB_LINGER: undefined,
    LOCALLAB_API_KEY: undefined,
    NODE_OPTIONS: undefined,
  };
  const names = Object.keys(wanted);
  let found: Record<string, string | undefined>;
  const set = (values: Readonly<Record<string, string | undefined>>): void => {
    for (const name of names) {
      if (values[name] === undefined) delete process.env[name];
      else process.env[name] = values[name];
    }
  };
  before(() => {
    found = Object.fromEntries(names.map((name) => [name, process.env[name]]));
    set(wanted);
  });
  after(() => set(found));
  return { runtimeDir };
}
