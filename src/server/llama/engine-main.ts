/**
 * The engine process: one model, driven by messages from the process that forked it.
 *
 * It is forked with UV_THREADPOOL_SIZE=1, which keeps decoding on one thread; so nothing else that needs the pool
 * (files, name look-ups) belongs here. It ends on `stop` and when the channel closes, also when the server was killed.
 */
import { format } from "node:util";
import { messageOf } from "../async/message-of.js";
import type { FromEngine, ToEngine } from "../engine/local/messages.js";
import { EncoderWorker } from "./encoder-worker.js";
import type { EngineWorker } from "./engine-worker.js";
import { LoadFailed } from "./load-failed.js";
import { ModelWorker } from "./model-worker.js";
import { NativeLog } from "./native-log.js";

let engine: EngineWorker | null = null;

function send(message: FromEngine, onSent: () => void = () => {}): void {
  if (process.send === undefined || !process.connected) return;
  // the callback also takes the error of a channel that closes right now; `disconnect` follows it
  process.send(message, undefined, undefined, onSent);
}

const log = new NativeLog(send);

// reads the library while the server still starts; `load` reports what is wrong with it
import("node-llama-cpp").catch(() => {});

async function load(options: Extract<ToEngine, { type: "load" }>["options"]): Promise<void> {
  try {
    const report = growing((fraction) => send({ type: "progress", fraction }));
    const Worker = (options.purpose ?? "text") === "text" ? ModelWorker : EncoderWorker;
    engine = await Worker.load(options, log, send, report);
    send({ type: "loaded", model: engine.facts });
  } catch (error) {
    const failure = error instanceof LoadFailed ? error.failure : "bad-file";
    send({ type: "load-failed", failure, reason: messageOf(error) });
  }
}

/** Passes on only what is larger than everything before by a hundredth, or completes it. */
function growing(report: (fraction: number) => void): (fraction: number) => void {
  let last = 0;
  return (fraction) => {
    const bounded = Math.min(1, fraction);
    if (bounded < last + 0.01 && !(bounded === 1 && last < 1)) return;
    last = bounded;
    report(bounded);
  };
}

async function stop(): Promise<void> {
  await engine?.stop();
  // the channel may hold messages that were not written yet
  send({ type: "log", level: "info", message: "The engine ends." }, () => process.exit(0));
}

async function receive(message: ToEngine): Promise<void> {
  switch (message.type) {
    case "load":
      return await load(message.options);
    case "generate":
      if (engine === null) {
        const failed = { id: message.id, code: "internal_error", message: "The engine has no model yet." } as const;
        return send({ type: "step", failed: [failed] });
      }
      return engine.generate(message);
    case "ask":
      if (engine !== null) send(engine.answer(message));
      return;
    case "limit":
      return engine?.limit(message.id, message.maxTokens);
    case "cancel":
      return engine?.cancel(message.id);
    case "threads":
      return engine?.useThreads(message.threads);
    case "forget":
      return engine?.forget(message.key);
    case "ping":
      return send({ type: "pong" });
    case "memory":
      if (engine !== null) send(await engine.memory());
      return;
    case "stop":
      return await stop();
  }
}

function reportUnforeseen(error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  send({ type: "log", level: "error", message: `Unforeseen in the engine: ${text}` });
}

// some of the library's warnings go to the console whatever logger it was given
Object.assign(console, {
  warn: (...parts: unknown[]) => send({ type: "log", level: "warn", message: format(...parts) }),
  error: (...parts: unknown[]) => send({ type: "log", level: "error", message: format(...parts) }),
});
process.on("unhandledRejection", reportUnforeseen);
// Ctrl-C and a service manager signal the whole group: the server decides when its engines end
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
process.on("disconnect", () => process.exit(0));
process.on("message", (message: ToEngine) => {
  receive(message).catch(reportUnforeseen);
});
