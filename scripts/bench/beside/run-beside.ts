import { readdirSync, statSync } from "node:fs";
import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { basename, join } from "node:path";
import { ensureLlamaServer } from "../../llama-server/ensure-llama-server.mjs";
import { benchModel } from "../bench-model.js";
import { type BenchOptions, benchSlots } from "../bench-options.js";
import { ensureBuild } from "../ensure-build.js";
import type { BesideReport, BusyRow, CachingRow, LoadRow, SpeedRow } from "./beside-report.js";
import { BesideServer, type BesideSettings, withServers } from "./beside-server.js";
import { busyCases, measureBusy, measureSideBySide } from "./measure-busy.js";
import { cachingSlots, cachingWorkloads, measureCaching } from "./measure-caching.js";
import { measureLoad } from "./measure-load.js";
import { measureSpeed } from "./measure-speed.js";

/** Threads that both are measured with: one, and two where the machine has as many cores. */
const threadCounts = availableParallelism() > 1 ? [1, 2] : [1];
/** Tokens per slot: for the prompts and answers that are measured at once, and for a whole conversation. */
const speedContext = 512;
const cachingContext = 2048;

interface Plan {
  readonly options: BenchOptions;
  readonly settings: Omit<BesideSettings, "maker" | "threads">;
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/**
 * Measures a real model in our server and in a llama-server of the same libraries, in turns. `say` gets a line at each
 * stage. Whatever happens, the servers it started have ended.
 */
export async function runBeside(
  options: BenchOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BesideReport> {
  const startedAt = new Date();
  const loadBefore = loadavg()[0] ?? 0;
  await ensureBuild(signal);
  const { path: program, version: engine } = await ensureLlamaServer({ log: say });
  const { id, modelsDir, path } = await benchModel(options.model);
  if (path === null) throw new TypeError(`The model ${id} has no file that llama-server could load.`);
  const settings = { model: { id, modelsDir, path }, program, slots: benchSlots, context: speedContext };
  const plan = { options, settings, signal, say };
  const { speed, busy, cpuLibrary, version } = await speedAndBusy(plan);
  return {
    startedAt: startedAt.toISOString(),
    machine: {
      cpu: cpus()[0]?.model ?? "unknown processor",
      cores: availableParallelism(),
      memoryBytes: totalmem(),
      os: `${type()} ${release()}`,
    },
    cpuLibrary,
    versions: { ours: version, engine, node: process.version },
    model: { file: basename(path), sizeBytes: statSync(path).size },
    rounds: options.rounds,
    tokens: options.tokens,
    slots: benchSlots,
    context: speedContext,
    loadBefore,
    speed,
    busy,
    caching: options.parts.includes("caching") ? await caching(plan) : [],
    loads: options.parts.includes("load") ? await loads(plan) : [],
    seconds: (Date.now() - startedAt.getTime()) / 1000,
  };
}

/** What is measured on servers that all stand at the same time. */
async function speedAndBusy({ options, settings, signal, say }: Plan): Promise<{
  speed: readonly SpeedRow[];
  busy: readonly BusyRow[];
  cpuLibrary: string;
  version: string;
}> {
  say("starting the servers …");
  const isTimed = options.parts.some((part) => part === "speed" || part === "busy");
  return withServers(settings, isTimed ? threadCounts : [1], signal, async (servers) => {
    const { version } = (await (servers[0] as BesideServer).target.get("/health")) as { version: string };
    const cpuLibrary = servers.map((server) => server.cpuLibrary()).find((name) => name !== "") ?? "";
    const { streams, tokens, rounds } = options;
    const onRound = (round: number): void => say(`streams, round ${round} of ${rounds} …`);
    const speed = options.parts.includes("speed")
      ? await measureSpeed({ servers, streams, tokens, rounds, signal, onRound })
      : [];
    const busy = options.parts.includes("busy") ? await beside({ options, settings, signal, say }, servers) : [];
    return { speed, busy, cpuLibrary, version };
  });
}

/** Every case of neighbours, and at last two servers of a kind side by side. */
async function beside({ options, settings, signal, say }: Plan, servers: readonly BesideServer[]): Promise<BusyRow[]> {
  const rounds = Math.min(options.rounds, 2);
  const rows: BusyRow[] = [];
  for (const one of busyCases) {
    say(`neighbours: ${one.neighbours}, streams: ${one.streams} …`);
    rows.push(await measureBusy(servers, one, rounds, signal));
  }
  say("two servers side by side …");
  const twins: BusyRow["tokensPerSecond"][] = [];
  for (const server of servers.filter(({ threads }) => threads === threadCounts.at(-1))) {
    const twin = await BesideServer.start({ ...settings, maker: server.maker, threads: server.threads }, signal);
    try {
      twins.push((await measureSideBySide([server, twin], "", rounds, signal)).tokensPerSecond);
    } finally {
      await twin.stop();
    }
  }
  rows.push({
    neighbours: "the same server again, answering too",
    streams: 1,
    tokensPerSecond: Object.assign({}, ...twins),
  });
  return rows;
}

/** Each workload on fresh servers: what the last one left in a cache must not help. */
async function caching({ settings, signal, say }: Plan): Promise<CachingRow[]> {
  const rows: CachingRow[] = [];
  for (const workload of cachingWorkloads) {
    say(`prompt caching: ${workload.what} …`);
    const own = { ...settings, slots: cachingSlots, context: cachingContext };
    rows.push(
      await withServers(own, [1], signal, async (servers) => {
        const [ours, theirs] = servers as [BesideServer, BesideServer];
        return {
          what: workload.what,
          ours: await measureCaching(ours, workload, signal),
          theirs: await measureCaching(theirs, workload, signal),
        };
      }),
    );
  }
  return rows;
}

/** The model itself, and every model of the folder that `--load-models` names. */
async function loads({ options, settings, signal, say }: Plan): Promise<LoadRow[]> {
  const { loadModels } = options;
  const more =
    loadModels === null
      ? []
      : readdirSync(loadModels)
          .filter((name) => name.endsWith(".gguf"))
          .sort();
  const rows: LoadRow[] = [];
  for (const path of [settings.model.path, ...more.map((name) => join(loadModels ?? "", name))]) {
    say(`loading ${basename(path)} …`);
    rows.push(await measureLoad(path, settings.program, options.rounds, signal));
  }
  return rows;
}
