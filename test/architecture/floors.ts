/** The floors of the house: imports go down only, and each package is named in one room. */
import type { Import } from "./imports.js";

/** From the ground up. Rooms on one floor do not know each other; single files on the ground and under the roof do. */
const floors: readonly (readonly string[])[] = [
  ["errors", "log", "settings", "version", "wire", "state", "async", "text"],
  ["engine", "machine", "access", "grammar"],
  ["prompts"],
  ["models"],
  ["schema"],
  ["publish"],
  ["http"],
  ["lifetime"],
  ["serve"],
  ["index", "command line"],
];
/**
 * The notebook's, from the ground up: what a cell is, what the lab said, how it looks, what stands beside the lab, the
 * lab itself, how it is started, the two doors.
 */
const notebookFloors: readonly (readonly string[])[] = [
  ["kernel"],
  ["client"],
  ["displays"],
  ["doctor", "publish"],
  ["lab"],
  ["start"],
  ["cli", "index"],
];
const groundFiles = new Set((floors[0] ?? []).filter((name) => name !== "wire"));
/** Rooms that the notebook and the server share: they import nothing of the server but each other. */
const sharedRooms: readonly string[] = ["wire", "state", "async", "text"];

/** Without imports: the ranges of options, which guard native code as well, and how much memory contexts take. */
const sharedWithLlama = [
  "src/server/engine/fields.ts",
  "src/server/engine/sampling-fields.ts",
  "src/server/engine/context-bytes.ts",
];
/** Built-ins only, asked by every room: what a container may have of the machine, and what others do on it. */
const askedByAll: readonly string[] = ["src/server/machine/container.ts", "src/server/machine/busy-threads.ts"];

/** Which files may name a package. */
const packageRooms: Readonly<Record<string, RegExp>> = {
  "node-llama-cpp": /^src\/server\/llama\//,
  koa: /^src\/server\/http\//,
  "@koa/router": /^src\/server\/http\//,
  "koa-ratelimit": /^src\/server\/http\//,
  "rate-limiter-flexible": /^src\/server\/http\//,
  "raw-body": /^src\/server\/http\//,
  "@ngrok/ngrok": /^src\/server\/publish\//,
  systeminformation: /^src\/server\/machine\//,
  zod: /^src\/server\/schema\//,
  "@huggingface/jinja": /^src\/server\/prompts\/jinja\.ts$/,
  yaml: /^src\/server\/state\//,
  tslab: /^src\/notebook\/kernel\/entry\//,
  "@tslab/typescript-for-tslab": /^src\/notebook\/kernel\/entry\//,
  qr: /^src\/notebook\/publish\//,
  tsx: /^src\/server\/machine\/machine\.ts$/,
};

/**
 * What decides: a plan, a watchdog, a choice, a verdict. Pure functions, which give their reason and are tested as
 * tables. They import types and each other, and what computes alone.
 */
export const deciders: readonly string[] = [
  "src/notebook/client/reachable-address.ts",
  "src/notebook/cli/choose-lab.ts",
  "src/server/async/backoff.ts",
  "src/server/engine/choose-next.ts",
  "src/server/engine/context-bytes.ts",
  "src/server/engine/local/judge-grammar.ts",
  "src/server/engine/local/restart-plan.ts",
  "src/server/engine/local/watchdog.ts",
  "src/server/lifetime/lifetime-plan.ts",
  "src/server/llama/choose-attention.ts",
  "src/server/llama/choose-slot.ts",
  "src/server/llama/choose-threads.ts",
  "src/server/llama/compose-step.ts",
  "src/server/llama/context-plan.ts",
  "src/server/llama/exactness.ts",
  "src/server/llama/light-header.ts",
  "src/server/llama/thread-limit.ts",
  "src/server/models/choose-model.ts",
  "src/server/models/default-model.ts",
  "src/server/models/describe-file.ts",
  "src/server/models/file-kinds.ts",
  "src/server/models/fit.ts",
  "src/server/models/judge-file.ts",
  "src/server/models/residents-plan.ts",
  "src/server/publish/door-case.ts",
  "src/server/publish/reconnect.ts",
  "src/server/publish/watch.ts",
  "src/server/text/slips.ts",
];
/** A file with such a name decides, so it stands in the list. */
const decidingName = /(?:^|[/-])(?:plan|watchdog|watch|reconnect|fit|verdict|choose-[\w-]+|judge-[\w-]+)\.ts$/;
/** Names that only sound like it: who does what a plan says, or obeys the engine's library. */
const doers: readonly string[] = ["src/server/publish/keep-watch.ts", "src/server/publish/publication-watch.ts"];

/** One sentence for each import that breaks a rule. */
export function violations(imports: readonly Import[]): string[] {
  const broken = imports
    .filter(({ to }) => !askedByAll.includes(to))
    .flatMap((one) => {
      const rule = one.isPackage ? brokenPackageRule(one) : (brokenFloorRule(one) ?? brokenNotebookFloor(one));
      return rule === undefined ? [] : [`${one.from} imports ${one.to}: ${rule}`];
    });
  const tunnelFiles = new Set(imports.filter(({ to }) => to === "@ngrok/ngrok").map(({ from }) => from));
  const tunnel =
    tunnelFiles.size > 1 ? [`@ngrok/ngrok is named in ${[...tunnelFiles].join(" and ")}: one file only`] : [];
  const barrels = imports
    .filter(({ isBarrel, from }) => isBarrel && !/^src\/(server|notebook)\/index\.ts$/.test(from))
    .map(({ from, to }) => `${from} only hands on ${to}: the two front doors may, nobody else`);
  return [...broken, ...tunnel, ...barrels];
}

/** One sentence for each decider that could do something, and for each file that has a decider's name only. */
export function impureDeciders(files: readonly string[], imports: readonly Import[]): string[] {
  const unlisted = files
    .filter((file) => decidingName.test(file) && !deciders.includes(file) && !doers.includes(file))
    .map((file) => `${file} has the name of what decides: list it with the deciders, or give it another name`);
  const doing = imports
    .filter(({ from, to, isType }) => deciders.includes(from) && !isType && !deciders.includes(to))
    .map(({ from, to }) => `${from} imports ${to}: what decides imports types and other deciders`);
  return [...unlisted, ...doing];
}

/** The room of a file of the server: the folder, or the file's own name; undefined elsewhere. */
export function roomOf(file: string): string | undefined {
  if (/^src\/server\/(main\.ts$|cli\/)/.test(file)) return "command line";
  return /^src\/server\/([^/.]+)/.exec(file)?.[1];
}

function brokenPackageRule({ from, to }: Import): string | undefined {
  const room = packageRooms[to];
  if (room === undefined) return "the package has no room yet";
  return room.test(from) ? undefined : `the package is named only in files like ${room.source}`;
}

function brokenFloorRule({ from, to, isType }: Import): string | undefined {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here === there) return undefined;
  if (there === undefined) return brokenServerRule(here, to);
  if (here === undefined) return brokenNotebookRule(there, isType);
  if (there === "llama") return "llama/ is reached by starting a process";
  if (here === "llama") return brokenLlamaRule(to, there, isType);
  if (here === "state" && there === "async") return undefined;
  if (sharedRooms.includes(here)) return `${here}/ imports nothing of the server`;
  if (groundFiles.has(here) && groundFiles.has(there)) return undefined;
  const [floorHere, floorThere] = [floorOf(here), floorOf(there)];
  if (floorHere < 0 || floorThere < 0) return "one of the two is on no floor yet";
  if (floorThere >= floorHere) return "imports go down only";
  return undefined;
}

function brokenNotebookFloor({ from, to }: Import): string | undefined {
  const [here, there] = [from, to].map((file) => /^src\/notebook\/(kernel\/entry(?=\/)|[^/.]+)/.exec(file)?.[1]);
  if (here === undefined || there === undefined || here === there) return undefined;
  if (there === "kernel/entry") return "the kernel's own program is reached by starting a process";
  if (here === "kernel/entry") return "the kernel's own program knows nothing of the library in its cells";
  const [floorHere, floorThere] = [here, there].map((room) =>
    notebookFloors.findIndex((rooms) => rooms.includes(room)),
  );
  if (floorHere === -1 || floorThere === -1) return "one of the two is on no floor of the notebook yet";
  return (floorThere as number) >= (floorHere as number) ? "imports go down only" : undefined;
}

function brokenServerRule(here: string | undefined, to: string): string | undefined {
  if (here === "command line" && to.startsWith("src/notebook/cli/")) return undefined;
  return "the server knows nothing of the notebook; the command line knows src/notebook/cli";
}

function brokenNotebookRule(there: string, isType: boolean): string | undefined {
  if (there === "state" || there === "async" || there === "text" || (there === "wire" && isType)) return undefined;
  return "the notebook is a client: of the server it knows the types in wire/, the state files, async/ and text/";
}

function brokenLlamaRule(to: string, there: string, isType: boolean): string | undefined {
  if (sharedWithLlama.includes(to)) return undefined;
  if (there === "wire" || there === "errors" || there === "async" || there === "prompts" || there === "grammar")
    return undefined;
  if (isType && (there === "engine" || there === "models")) return undefined;
  return "llama/ knows wire/, errors, async/, prompts/, grammar/, engine/fields, engine/context-bytes, and the types of engine/ and models/";
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}
