import { spawn } from "node:child_process";
import { measureCaching, cachingWorkloads } from "/work/wt/peer/scripts/bench/beside/measure-caching.js";
import { serve } from "/work/wt/slots/src/server/serve.js";
import { testSettings } from "/work/wt/slots/test/support/test-settings.js";
const which = process.argv.slice(2);
const rows: object[] = [];
for (const [index, workload] of cachingWorkloads.entries()) {
  for (const maker of ["ours", "theirs"]) {
    if (which.length && !which.includes(maker)) continue;
    const started = performance.now();
    let sum;
    if (maker === "ours") {
      const { settings, remove } = testSettings({ runtimeDir: `/tmp/slots/run${index}`, modelsDir: "/tmp/slots/models", model: "smollm2", slots: 4, context: 2048, threads: 1 });
      const server = await serve(settings); await server.modelLoaded;
      sum = await measureCaching({ maker, target: { url: new URL(server.url) } } as any, workload, new AbortController().signal);
      await server.stop(0); remove();
    } else {
      const port = 20000 + Math.floor(Math.random() * 20000);
      const child = spawn("/tmp/peer/llama-server", ["-m", "/tmp/slots/models/smollm2.gguf", "-c", "8192", "-np", "4", "-t", "1", "--port", `${port}`, "--alias", "s", "--no-webui"], { stdio: "ignore" });
      child.on("error", console.error);
      for (;;) { try { if ((await fetch(`http://127.0.0.1:${port}/health`)).ok) break; } catch {} await new Promise((r) => setTimeout(r, 200)); }
      sum = await measureCaching({ maker, target: { url: new URL(`http://127.0.0.1:${port}`) } } as any, workload, new AbortController().signal);
      child.kill("SIGKILL");
    }
    console.log(workload.what, maker, JSON.stringify(sum), Math.round((performance.now() - started) / 1000) + " s");
  }
}
