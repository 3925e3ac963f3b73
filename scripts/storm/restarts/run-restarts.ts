import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { readState } from "../../../src/server/state/state-file.js";
import { makeCertificates } from "../../../test/support/ngrok-edge/certificates.js";
import { LoopbackEdge } from "../../../test/support/ngrok-edge/loopback-edge.js";
import { ensureBuild } from "../../bench/ensure-build.js";
import { sendCall } from "../send-call.js";
import { KillPlan, type Round } from "./kill-plan.js";
import { RacedServer } from "./raced-server.js";
import { type RestartsSeen, type RoundSeen, restartProblems } from "./restart-verdict.js";
import { workUntilKilled } from "./work-until-killed.js";

export interface RestartsReport {
  readonly seen: RestartsSeen;
  /** What is wrong; empty when every restart went as it should. */
  readonly problems: readonly string[];
}

/** Milliseconds a start is waited for, and a server that ends. */
const patienceMs = 30_000;
/** Milliseconds after one listens at which nothing of the earlier ones may be left. */
const clearedMs = 5000;

/** Kills servers and starts them again under one name for so many seconds. Whatever happens, all of them have ended. */
export async function runRestarts(
  { seconds, seed }: { readonly seconds: number; readonly seed: number },
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<RestartsReport> {
  await ensureBuild(signal);
  const folder = mkdtempSync(join(tmpdir(), "locallab-storm-"));
  // one session at a time: a tunnel that a dead server has left keeps the next one from publishing
  const certificates = await makeCertificates(join(folder, "edge"));
  const edge = await LoopbackEdge.start({ certificates, maxSessions: 1 });
  const storm = new RestartStorm(folder, edge, signal);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  try {
    const plan = new KillPlan(seed);
    const rounds: RoundSeen[] = [];
    const until = performance.now() + seconds * 1000;
    while (performance.now() < until) {
      const round = plan.round();
      say(`${round.rivals} started, one killed in "${round.phase}"${round.freezes ? ", its children frozen" : ""}`);
      rounds.push(await storm.round(round));
      signal.throwIfAborted();
    }
    const last = await storm.last();
    const seen = { ...last, rounds, slackMs: delay.max / 1e6 };
    return { seen, problems: restartProblems(seen) };
  } finally {
    delay.disable();
    storm.end();
    await edge.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

class RestartStorm {
  readonly #runtimeDir: string;
  readonly #flags: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #edge: LoopbackEdge;
  readonly #signal: AbortSignal;
  /** All that were ever started; the last ones may run. */
  readonly #servers: RacedServer[] = [];

  constructor(folder: string, edge: LoopbackEdge, signal: AbortSignal) {
    this.#edge = edge;
    this.#signal = signal;
    this.#runtimeDir = join(folder, "run");
    this.#flags = ["--port=0", "--model=sample", "--gpu=off", "--context=512", "--slots=2", "--log-level=warn"];
    this.#env = {
      LOCALLAB_RUNTIME_DIR: this.#runtimeDir,
      LOCALLAB_CACHE_DIR: join(folder, "cache"),
      LOCALLAB_NGROK_SERVER_ADDR: edge.serverAddr,
      LOCALLAB_NGROK_CA_FILE: edge.caFile,
      NGROK_AUTHTOKEN: LoopbackEdge.token,
      XDG_CONFIG_HOME: folder,
    };
  }

  async round(round: Round): Promise<RoundSeen> {
    const rivals = this.#start(round.rivals);
    if (round.phase === "start") {
      await pause(round.afterMs);
      const listening = rivals.filter(({ listens }) => listens).length;
      await Promise.all(rivals.map((one) => one.kill(round.freezes)));
      return { round, listenedMs: undefined, listening, refusals: [], left: [], troubles: [] };
    }
    const winner = await this.#winner(rivals);
    const listenedMs = winner === undefined ? null : performance.now() - winner.startedAt;
    const left = winner === undefined ? [] : await this.#leftOfOthers(rivals);
    const others = rivals.filter((one) => one !== winner);
    const seen = {
      round,
      listenedMs,
      listening: rivals.filter(({ listens }) => listens).length,
      refusals: others.filter(({ isAlive }) => !isAlive).map(({ said }) => said.trim()),
      left,
    };
    const state = readState(this.#runtimeDir, "default");
    const troubles = winner && state ? await workUntilKilled(state, winner, round, this.#signal) : [];
    await Promise.all(rivals.map((one) => one.kill(false)));
    return { ...seen, troubles };
  }

  /** One more server, which is asked something and ends by itself. */
  async last(): Promise<Pick<RestartsSeen, "lastAnswer" | "lastExit" | "left">> {
    const rivals = this.#start(1);
    const winner = await this.#winner(rivals);
    const state = readState(this.#runtimeDir, "default");
    if (winner === undefined || state === null) return { lastAnswer: "no sign of life", lastExit: null, left: [] };
    const body = { prompt: "The sea", model_id: "sample", max_length: 5 };
    const call = { kind: "generate", method: "POST", path: "/generate", body, limitMs: patienceMs, leaveAfter: null };
    const answer = await sendCall(state.url, state.ownerKey, { ...call } as never, this.#signal);
    winner.signal("SIGTERM");
    const lastExit = await Promise.race([winner.exit(), pause(patienceMs, null, { ref: false })]);
    const left = [...(await this.#leftOfOthers([])), ...readdirSync(this.#runtimeDir).map((file) => `file ${file}`)];
    const sessions = this.#edge.agents.sessions.size;
    return {
      lastAnswer: answer.end,
      lastExit,
      left: sessions === 0 ? left : [...left, `${sessions} sessions of the tunnel`],
    };
  }

  end(): void {
    for (const server of this.#servers) server.killGroup();
  }

  #start(many: number): RacedServer[] {
    const rivals = Array.from({ length: many }, () => new RacedServer(this.#flags, this.#env));
    this.#servers.push(...rivals);
    return rivals;
  }

  /** The one that the state file names; undefined when there is none in time. */
  async #winner(rivals: readonly RacedServer[]): Promise<RacedServer | undefined> {
    const until = performance.now() + patienceMs;
    while (performance.now() < until && rivals.some(({ isAlive }) => isAlive)) {
      const pid = readState(this.#runtimeDir, "default")?.pid;
      const winner = rivals.find((one) => one.pid === pid);
      if (winner?.listens) return winner;
      await pause(20, undefined, { signal: this.#signal });
    }
    return undefined;
  }

  /** Processes and files of servers that are not among these, and rivals that still run, after a while. */
  async #leftOfOthers(rivals: readonly RacedServer[]): Promise<string[]> {
    const until = performance.now() + clearedMs;
    const winner = rivals.find(({ listens }) => listens);
    for (;;) {
      const others = this.#servers.filter((one) => one !== winner);
      const running = others.flatMap((one) => [
        ...(one.isAlive ? [`process ${one.pid}: a server`] : []),
        ...one.children().map(({ pid, state, command }) => `process ${pid} (${state}): ${command.slice(0, 200)}`),
      ]);
      const pids = others.map(({ pid }) => pid);
      const files = readdirSync(this.#runtimeDir).filter((file) => pids.some((pid) => file.includes(`.${pid}`)));
      const left = [...running, ...files.map((file) => `file ${file}`)];
      if (left.length === 0 || performance.now() > until) return left;
      await pause(50);
    }
  }
}
