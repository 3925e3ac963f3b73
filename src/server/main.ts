#!/usr/bin/env node
/** The command line: `locallab serve` and its flags. */
import { parseArgs } from "node:util";
import { LabError } from "./errors.js";
import { serve } from "./serve.js";
import { type SettingName, settingSpecs } from "./setting-specs.js";
import { readSettings } from "./settings.js";
import { version } from "./version.js";

const flagNames = (Object.keys(settingSpecs) as SettingName[])
  .map((name) => settingSpecs[name].flag)
  .filter((flag): flag is string => flag !== undefined);

function helpText(): string {
  const rows = (Object.keys(settingSpecs) as SettingName[]).map((name) => {
    const { flag, variable, description, defaultText } = settingSpecs[name];
    const spelled = flag === undefined ? variable : `--${flag}`;
    return `  ${spelled.padEnd(24)}${description} Default: ${defaultText}.`;
  });
  return [
    "locallab serve [flags]   serves the LocalLab API until it is stopped",
    "",
    ...rows,
    "",
    "  --help                  shows this",
    "  --version               shows the version",
    "",
    "Every flag has a variable: --models-dir is LOCALLAB_MODELS_DIR. Flags win over variables.",
  ].join("\n");
}

function parseCommandLine(args: string[]): {
  command: string;
  flags: Record<string, string | undefined>;
  help: boolean;
  version: boolean;
} {
  const options = Object.fromEntries(flagNames.map((flag) => [flag, { type: "string" as const }]));
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...options, help: { type: "boolean", short: "h" }, version: { type: "boolean", short: "v" } },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error(`"${positionals[1]}" is one word too many.`);
    const { help, version: showVersion, ...flags } = values as Record<string, string | boolean | undefined>;
    return {
      command: positionals[0] ?? "serve",
      flags: flags as Record<string, string | undefined>,
      help: help === true,
      version: showVersion === true,
    };
  } catch (error) {
    throw new LabError("invalid_request", `${(error as Error).message} locallab --help shows what there is.`, {
      cause: error,
    });
  }
}

function definedOnly(flags: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(flags).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

async function main(args: string[]): Promise<void> {
  const commandLine = parseCommandLine(args);
  if (commandLine.help) return console.log(helpText());
  if (commandLine.version) return console.log(version);
  if (commandLine.command !== "serve") {
    throw new LabError(
      "invalid_request",
      `There is no command "${commandLine.command}". locallab --help shows what there is.`,
    );
  }
  const settings = readSettings(commandLine.flags);
  const server = await serve(settings, definedOnly(commandLine.flags));
  const stop = (): void => {
    // a second signal means now
    process.once("SIGINT", () => process.exit(130));
    process.once("SIGTERM", () => process.exit(143));
    void server.stop();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  console.log(`LocalLab ${version} at ${server.url}`);
  await server.modelLoaded.catch((error: unknown) =>
    console.error(String(error instanceof Error ? error.message : error)),
  );
  console.log(
    `Try: curl -s ${server.url}/generate -H 'Content-Type: application/json' -d '{"prompt": "The sea", "max_length": 40}'`,
  );
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof LabError ? error.message : error);
  process.exitCode = 1;
});
