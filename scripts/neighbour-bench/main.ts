/**
 * `npm run bench:neighbours -- MODEL.gguf [LLAMA_SERVER_URL]`: one stream beside programs that keep cores busy, with the
 * step gate, without it, on one thread, and from a llama-server on as many threads; then two engines side by side.
 */
import { loadavg } from "node:os";
import { formatTable } from "../bench/format-table.js";
import { measureBeside, measureSideBySide } from "./measure.js";
import type { Neighbours } from "./neighbour.js";

const [modelPath, url] = process.argv.slice(2);
const threads = Number(process.env.THREADS ?? 2);
const tokens = 64;
const rounds = 5;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

const rate = (values: readonly number[]): string => {
  if (values.length === 0) return "";
  return `${median(values).toFixed(1)} (${Math.min(...values).toFixed(1)}-${Math.max(...values).toFixed(1)})`;
};

if (modelPath === undefined) {
  console.error("Usage: npm run bench:neighbours -- MODEL.gguf [LLAMA_SERVER_URL]");
  process.exitCode = 2;
} else {
  const against = url === undefined ? undefined : new URL(url);
  const rows: string[][] = [["neighbours", "load", "gate", "no gate", "one thread", "llama-server", "gate / no gate"]];
  for (const neighbours of [0, 1, 2, "half"] as readonly Neighbours[]) {
    const load = (loadavg()[0] ?? 0).toFixed(1);
    const rates = await measureBeside({ modelPath, threads, neighbours, tokens, rounds, against });
    const ratio = (median(rates.gated) / median(rates.ungated)).toFixed(2);
    const { gated, ungated, oneThread, llamaServer } = rates;
    rows.push([String(neighbours), load, rate(gated), rate(ungated), rate(oneThread), rate(llamaServer), ratio]);
    console.error(rows.at(-1)?.join(" | "));
  }
  const both = await measureSideBySide(modelPath, threads, 4 * tokens);
  console.log(formatTable(rows, 1));
  console.log(`Two engines side by side: ${both.map((value) => value.toFixed(1)).join(" and ")} tokens a second.`);
}
