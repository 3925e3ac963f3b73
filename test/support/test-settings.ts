/** Settings for a server in a test: own folders, a free port, no log, the sample models' cache shared. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings, type Settings } from "../../src/server/settings/read-settings.js";

/** Sample models are written once for all tests. */
export const sampleCacheDir: string = join(tmpdir(), "locallab-test-cache");

export interface TestSettings {
  readonly settings: Settings;
  /** Removes the folders. */
  remove(): void;
}

export function testSettings(over: Partial<Settings> = {}): TestSettings {
  const folder = mkdtempSync(join(tmpdir(), "locallab-test-"));
  const base = readSettings({}, {});
  const settings: Settings = {
    ...base,
    port: 0,
    logLevel: "silent",
    gpu: "off",
    rateLimit: "off",
    cacheDir: sampleCacheDir,
    modelsDir: join(folder, "models"),
    runtimeDir: join(folder, "run"),
    ...over,
  };
  return { settings, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
