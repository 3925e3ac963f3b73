import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";
import { aimsOf } from "./aims.js";
import { benchModel } from "./bench-model.js";
import { type BenchOptions, benchSlots } from "./bench-options.js";
import type { BenchReport } from "./bench-report.js";
import { ensureBuild } from "./ensure-build.js";
import { LabProcess } from "./lab-process.js";
import { measureCancels } from "./measure-cancels.js";
import { measureFairness } from "./measure-fairness.js";
import { measureHealths } from "./measure-healths.js";
import { measureMemory } from "./measure-memory.js";
import { measureRound, promptWords } from "./measure-round.js";
import { measureRounds } from "./measure-rounds.js";
import { openOther } from "./open-other.js";
import { Prompts } from "./prompts.js";
import { roundRatios } from "./round-ratios.js";
import { streamRow } from "./stream-rows.js";
import type { Target } from "./target.js";

/** Tokens per slot: room for the longest prompt or answer that is asked for here. */
const context = 2048;
/** The server's default on a CPU, said here because numbers are told in steps of it. */
const prefillChunk = 128;
/** Pieces in which the prompt is read that a client leaves. */
const longPromptChunks = 8;

/** Runs the whole benchmark. `say` gets a line at each stage. Whatever happens, the server it started has ended. */
export async function runBench(
  options: BenchOptions,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchReport> {
  const startedAt = new Date();
  const loadBefore = loadavg()[0] ?? 0;
  await ensureBuild(signal);
  const model = await benchModel(options.model);
  const theirs = options.against && (await openOther(options.against, signal));
  say(`starting a server with ${model.path ?? model.id} …`);
  const lab = new LabProcess(
    { model: model.id, modelsDir: model.modelsDir, slots: benchSlots, context, prefillChunk },
    signal,
  );
  try {
    const ours = await lab.ready();
    const facts = await lab.facts();
    const plan = {
      ...options,
      ours,
      theirs,
      targets: theirs ? [ours, theirs] : [ours],
      prompts: new Prompts(),
      signal,
    };
    say("warming up …");
    const tokensPerWord = await warmUp(plan.targets, plan.prompts);
    const streams = await measureStreams(plan, say);
    say("cancellations …");
    const words = Math.ceil((longPromptChunks * prefillChunk) / tokensPerWord);
    const cancel = await measureCancels(plan, { words, chunk: prefillChunk });
    say("health …");
    const health = await measureHealths(plan);
    say("memory …");
    const memory = await measureMemory({
      target: ours,
      prompts: plan.prompts,
      requests: options.quick ? 200 : 1000,
      atOnce: benchSlots,
      processes: [
        { name: "server", pid: facts.pid, collectsOnSignal: true },
        { name: "engine", pid: facts.enginePid, collectsOnSignal: false },
      ],
    });
    say("fairness …");
    const fairness = await measureFairness({
      target: ours,
      ownerKey: lab.door().ownerKey,
      prompts: plan.prompts,
      turns: options.quick ? 2 : 5,
      signal,
    });
    const numbers = { ...streams, cancel, health, memory, fairness };
    return {
      startedAt: startedAt.toISOString(),
      seconds: (Date.now() - startedAt.getTime()) / 1000,
      machine: {
        cpu: cpus()[0]?.model ?? "unknown processor",
        cores: availableParallelism(),
        memoryBytes: totalmem(),
        os: `${type()} ${release()}`,
      },
      loadBefore,
      node: process.version,
      model: { name: options.model, path: model.path, sizeBytes: facts.sizeBytes },
      server: { version: facts.version, slots: facts.slots, context: facts.context, threads: facts.threads },
      against: options.against && { url: options.against.url.href, shape: options.against.shape },
      rounds: options.rounds,
      tokens: options.tokens,
      ...numbers,
      aims: aimsOf({ model: options.model, ...numbers }),
    };
  } finally {
    theirs?.close();
    await lab.stop();
  }
}

/** Every slot has answered once: memory is touched, code is compiled. Returns how many tokens a word of a prompt is. */
async function warmUp(targets: readonly Target[], prompts: Prompts): Promise<number> {
  for (const target of targets) await measureRound(target, prompts, benchSlots, 16);
  const [ours] = targets as [Target];
  const { streams } = await measureRound(ours, prompts, 1, 16);
  return Math.max(1, (streams[0]?.usage.promptTokens ?? 0) / promptWords);
}

interface StreamPlan extends BenchOptions {
  readonly ours: Target;
  readonly theirs: Target | null;
  readonly targets: readonly Target[];
  readonly prompts: Prompts;
  readonly signal: AbortSignal;
}

async function measureStreams(
  plan: StreamPlan,
  say: (line: string) => void,
): Promise<Pick<BenchReport, "streams" | "scaling" | "repeated">> {
  const { ours, theirs, streams: levels, tokens } = plan;
  const { results, repeated } = await measureRounds({
    ...plan,
    levels,
    pauseMs: plan.quick ? 100 : 1000,
    onRound: (round) => say(`streams, round ${round} of ${plan.rounds} …`),
  });
  const rounds = (target: Target, level: number) => results.get(target)?.get(level) ?? [];
  const rates = (target: Target, level: number) => rounds(target, level).map((round) => round.tokensPerSecond);
  const fewest = levels[0] ?? 1;
  const most = levels.at(-1) ?? 1;
  return {
    streams: levels.map((level) => streamRow(level, tokens, rounds(ours, level), theirs && rounds(theirs, level))),
    scaling:
      most === fewest
        ? null
        : {
            most,
            fewest,
            ours: roundRatios(rates(ours, most), rates(ours, fewest)),
            theirs: theirs && roundRatios(rates(theirs, most), rates(theirs, fewest)),
          },
    repeated,
  };
}
