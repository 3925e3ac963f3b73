/**
 * `npm run realism`: what is measured by hand, since it takes long or needs other programs. Without a name it says what
 * there is; with one it runs that; further words go to it.
 */
import { spawn } from "node:child_process";
import { projectFolder } from "./setup/project.mjs";

const runs = Object.freeze({
  soak: { what: "a storm of an hour", args: ["scripts/storm/main.ts", "--seconds", "3600"] },
  restarts: {
    what: "servers killed for ten minutes and started again under one name",
    args: ["scripts/storm/main.ts", "--restarts", "--seconds", "600"],
  },
  speed: { what: "throughput, first token, cancel, health, memory, fairness", args: ["scripts/bench/main.ts"] },
  beside: {
    what: "a real model beside llama-server: speed, prompt caching, load times, busy neighbours",
    args: ["scripts/bench/main.ts", "--model", "smollm2"],
  },
  tunnel: { what: "speed through the published door", args: ["scripts/tunnel-bench/main.ts"] },
  notebook: { what: "what a cell adds", args: ["scripts/notebook-bench/main.ts"] },
});

const [name, ...rest] = process.argv.slice(2);
const chosen = new Map(Object.entries(runs)).get(name ?? "");
if (chosen === undefined) {
  console.log("npm run realism -- NAME runs one of these by hand; note the figures with the machine they come from:\n");
  for (const [each, { what }] of Object.entries(runs)) console.log(`  ${each.padEnd(10)} ${what}`);
  process.exitCode = name === undefined ? 0 : 2;
} else {
  const child = spawn(process.execPath, ["--import", "tsx", ...chosen.args, ...rest], {
    cwd: projectFolder,
    stdio: "inherit",
  });
  child.once("error", (error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
  child.once("close", (code) => {
    process.exitCode = code ?? 1;
  });
}
