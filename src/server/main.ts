#!/usr/bin/env node
/**
 * The command line: `locallab serve`, and the commands that are clients of a lab.
 *
 * The roof of the house: only here do server and notebook meet, each loaded when its command is asked for.
 */
import { inspect } from "node:util";
import { complain, outliveReaders } from "./cli/say.js";
import { LabError, UsageError } from "./errors.js";
import { didYouMean } from "./text/read-arguments.js";

/** Runs its command and gives the exit code. */
type Command = (args: string[]) => Promise<number>;

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./cli/serve-command.js")).serveCommand,
  status: async () => (await import("../notebook/cli/status-command.js")).statusCommand,
  stop: async () => (await import("../notebook/cli/stop-command.js")).stopCommand,
  models: async () => (await import("../notebook/cli/models-command.js")).modelsCommand,
  load: async () => (await import("../notebook/cli/models-command.js")).loadCommand,
  unload: async () => (await import("../notebook/cli/models-command.js")).unloadCommand,
  requests: async () => (await import("../notebook/cli/requests-command.js")).requestsCommand,
  logs: async () => (await import("../notebook/cli/logs-command.js")).logsCommand,
  run: async () => (await import("../notebook/cli/run-command.js")).runCommand,
  chat: async () => (await import("../notebook/cli/chat-command.js")).chatCommand,
  publish: async () => (await import("../notebook/cli/publish-command.js")).publishCommand,
  passes: async () => (await import("../notebook/cli/passes-command.js")).passesCommand,
  token: async () => (await import("./publish/ask-token.js")).tokenCommand,
  doctor: async () => (await import("../notebook/cli/doctor-command.js")).doctorCommand,
};

async function main(args: string[]): Promise<number> {
  const [word = "", ...rest] = args;
  // without a command, or with one after the flags, it is serve that reads the line
  const isServe = word === "" || word.startsWith("-");
  if (isServe) return (await import("./cli/serve-command.js")).serveCommand(args);
  if (word === "help") return main([...rest.slice(0, 1), "--help"]);
  const load = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (load === undefined) {
    const meant = didYouMean(word, Object.keys(commands), "locallab ");
    throw new UsageError(`There is no command "${word}".${meant} locallab --help shows what there is.`);
  }
  const command = await load();
  return command(rest);
}

outliveReaders();
main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    complain(error instanceof LabError ? error.message : inspect(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  },
);
