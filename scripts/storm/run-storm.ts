import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { sampleFile } from "../../src/server/models/sample/sample-file.js";
import { sampleTables } from "../../src/server/models/sample/sample-language.js";
import type { ModelList } from "../../src/server/wire/models.js";
import type { NewPass } from "../../src/server/wire/passes.js";
import { ensureBuild } from "../bench/ensure-build.js";
import { LabProcess } from "../bench/lab-process.js";
import { askJson, healthPatienceMs } from "./ask-json.js";
import { Saboteur } from "./saboteur.js";
import { type Outcome, sendCall } from "./send-call.js";
import { serverBytes, slots, stormAftermath } from "./storm-aftermath.js";
import type { StormOptions } from "./storm-options.js";
import { loadTimeoutSeconds, StormPlan } from "./storm-plan.js";
import { type StormSeen, stormProblems } from "./storm-verdict.js";

export interface StormReport {
  readonly options: StormOptions;
  readonly seen: StormSeen;
  /** What engines suffered, and how often. */
  readonly blows: ReadonlyMap<string, number>;
  /** What is wrong; empty when the server withstood. */
  readonly problems: readonly string[];
}

/** Clients, each with a pass of its own. */
const clients = 8;
/** Milliseconds between two questions after the server's health. */
const healthPauseMs = 250;

/** Makes a storm over a server of its own and says what came of it. Whatever happens, that server has ended. */
export async function runStorm(
  options: StormOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<StormReport> {
  await ensureBuild(signal);
  const folder = mkdtempSync(join(tmpdir(), "locallab-storm-"));
  try {
    for (const id of ["sample", "sample-b"] as const) {
      await sampleFile(`Storm ${id}`, sampleTables(id)).write(join(folder, `storm-${id}.gguf`));
    }
    const resident = options.resident ?? "auto";
    const flags = { "load-timeout": loadTimeoutSeconds, gpu: "off", waiting: 64, resident };
    const lab = new LabProcess(
      { model: "sample", modelsDir: folder, slots, context: 2048, prefillChunk: 128, flags },
      signal,
    );
    try {
      return await blowOver(lab, options, signal, say);
    } finally {
      await lab.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function blowOver(
  lab: LabProcess,
  options: StormOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<StormReport> {
  const target = await lab.ready();
  const { url, ownerKey } = lab.door();
  const { pid } = await lab.facts();
  const { models } = (await target.get("/models/available")) as ModelList;
  const ids = models.map(({ id }) => id);
  const keys = await givePasses(url, ownerKey);
  say(`warming up: ${ids.join(", ")} …`);
  for (const model of ids) await askJson(url, ownerKey, "POST", "/models/load", { model_id: model });
  const before = await serverBytes(pid, target);

  say(`${options.seconds} s, seed ${options.seed} …`);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const over = new AbortController();
  // not AbortSignal.timeout: Node 20 may collect it together with its timer when only AbortSignal.any knows it
  const timer = setTimeout(() => over.abort(), options.seconds * 1000);
  const both = AbortSignal.any([over.signal, signal]);
  const outcomes: Outcome[] = [];
  const saboteur = new Saboteur(pid, new StormPlan(options.seed, 0, ids));
  const client = async (key: string, lane: number): Promise<void> => {
    const plan = new StormPlan(options.seed, lane + 1, ids);
    while (!both.aborted && lab.isAlive) {
      const outcome = await sendCall(url, key, plan.call(), signal);
      outcomes.push(outcome);
      // who was refused at once asks again a little later, as clients do
      if (outcome.tookMs < 50) await pause(50);
    }
  };
  const [healthsMs] = await Promise.all([watchHealth(url, both), saboteur.run(both), ...keys.map(client)]);
  clearTimeout(timer);
  delay.disable();
  signal.throwIfAborted();

  say("calming down …");
  const after = await stormAftermath(lab, { pid, url, ownerKey, target, models: ids });
  const seen = { ...after, outcomes, healthsMs, slackMs: delay.max / 1e6 };
  const whole: StormSeen = { ...seen, serverBytes: { before, after: after.bytes } };
  return { options, seen: whole, blows: saboteur.blows, problems: stormProblems(whole) };
}

/** One in four may only use what is loaded; the others may load, too. */
async function givePasses(url: string, ownerKey: string): Promise<string[]> {
  const passes = Array.from({ length: clients }, (_, place) => {
    const scopes = place % 4 === 3 ? ["infer"] : ["infer", "manage"];
    return askJson(url, ownerKey, "POST", "/passes", { name: `storm-${place}`, scopes, models: ["*"] });
  });
  return (await Promise.all(passes)).map(({ json }) => (json as NewPass).key);
}

async function watchHealth(url: string, signal: AbortSignal): Promise<(number | null)[]> {
  const times: (number | null)[] = [];
  while (!signal.aborted) {
    const began = performance.now();
    const answer = await askJson(url, "", "GET", "/health", null, healthPatienceMs).catch(() => null);
    times.push(answer?.status === 200 ? performance.now() - began : null);
    await pause(healthPauseMs, undefined, { signal }).catch(() => {});
  }
  return times;
}
