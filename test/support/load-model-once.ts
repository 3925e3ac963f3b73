/** A process that loads one model file: `load-model-once.ts FILE` prints "loads" or "refused" and ends. */
import { getLlama, LlamaLogLevel } from "node-llama-cpp";

const llama = await getLlama({ gpu: false, build: "never", logLevel: LlamaLogLevel.disabled });
try {
  for (const modelPath of process.argv.slice(2)) {
    try {
      const model = await llama.loadModel({ modelPath });
      await model.dispose();
      console.log("loads");
    } catch {
      console.log("refused");
    }
  }
} finally {
  await llama.dispose();
}
