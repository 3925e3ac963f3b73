/** Settings from the command line and the environment. The only file of the server that reads the environment. */

import { type SettingName, type Settings, settingSpecs } from "./server-settings.js";
import type { Environment, SettingSpec } from "./setting.js";

export type { Settings } from "./server-settings.js";
export type { Environment } from "./setting.js";

/** The environment this process was started with; everything else asks here. */
export const environment: Environment = process.env;

/**
 * Settings from flags, then environment variables, then defaults.
 *
 * Refuses with `invalid_request`, naming the flag or variable and its value, when one is out of range.
 */
export function readSettings(
  flags: Readonly<Record<string, string | undefined>> = {},
  env: Environment = environment,
): Settings {
  const read = <Name extends SettingName>(name: Name): Settings[Name] => {
    const spec = settingSpecs[name] as SettingSpec<Settings[Name]>;
    const flagValue = spec.flag === undefined ? undefined : flags[spec.flag];
    if (flagValue !== undefined) return spec.parse(flagValue, `--${spec.flag}`);
    const value = env[spec.variable];
    return value === undefined || value === "" ? spec.fallback(env) : spec.parse(value, spec.variable);
  };
  const names = Object.keys(settingSpecs) as SettingName[];
  return Object.fromEntries(names.map((name) => [name, read(name)])) as unknown as Settings;
}

/** Takes the secrets out of this process' environment, so that no process it starts inherits them. */
export function forgetSecrets(): void {
  for (const { flag, variable } of Object.values(settingSpecs)) {
    if (flag === undefined && /KEY|TOKEN/.test(variable)) delete process.env[variable];
  }
}
