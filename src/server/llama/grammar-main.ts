/**
 * The grammar process: tries grammars that nobody vouches for, so that one that hurts its reader hurts no engine.
 *
 * Its argument is the file of a vocabulary of single bytes. Ends with its parent, which also kills it when a grammar keeps it.
 */
import type { LlamaModel } from "node-llama-cpp";
import { messageOf } from "../async/message-of.js";
import type { AskGrammar, GrammarAnswer } from "../engine/local/grammar-messages.js";
import { tryGrammar } from "./try-grammar.js";

const loading = load(process.argv[2] ?? "");

loading.then(
  () => answer({ type: "ready" }),
  (error: unknown) => answer({ type: "unable", reason: messageOf(error) }),
);
process.on("message", ({ gbnf }: AskGrammar) => {
  loading.then(
    (model) => answer({ type: "tried", problem: tryGrammar(model, gbnf) }),
    () => {
      // said already, when it failed
    },
  );
});
process.on("disconnect", () => process.exit());
// a terminal sends these to every process of the lab; the parent decides what they mean
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});

async function load(modelPath: string): Promise<LlamaModel> {
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({ build: "never", gpu: false, logLevel: LlamaLogLevel.disabled, progressLogs: false });
  return await llama.loadModel({ modelPath, vocabOnly: true });
}

function answer(words: GrammarAnswer): void {
  // a channel that is closed has nobody at its other end
  if (process.connected) process.send?.(words);
}
