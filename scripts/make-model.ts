/**
 * Writes a model with random weights, for speed measurements:
 *
 *     npx tsx scripts/make-model.ts 135m|0.5b|15m [--type Q4_0|Q8_0|F16] [--out FILE]
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type GgmlType, ggmlTypes } from "../src/server/models/sample/ggml-types.js";
import { modelShapes } from "./models/model-shapes.js";
import { randomModel } from "./models/random-model.js";

/** Writes a random model of a known shape to `path`. Returns its size in bytes; the bytes are the same every time. */
export function writeRandomModel(shape: keyof typeof modelShapes, type: GgmlType, path: string): Promise<number> {
  return randomModel(`random-${shape}`, modelShapes[shape], type).write(path);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { type: { type: "string", default: "Q4_0" }, out: { type: "string" } },
  });
  const [shape = ""] = positionals;
  const { type } = values;
  if (!Object.hasOwn(modelShapes, shape) || !Object.hasOwn(ggmlTypes, type) || positionals.length !== 1) {
    console.error(
      `Usage: npx tsx scripts/make-model.ts ${Object.keys(modelShapes).join("|")} [--type ${Object.keys(ggmlTypes).join("|")}] [--out FILE]`,
    );
    process.exitCode = 2;
    return;
  }
  const path = values.out ?? `random-${shape}-${type}.gguf`;
  const began = performance.now();
  const size = await writeRandomModel(shape as keyof typeof modelShapes, type as GgmlType, path);
  const seconds = (performance.now() - began) / 1000;
  console.log(`${path}: ${(size / 2 ** 20).toFixed(0)} MiB in ${seconds.toFixed(1)} s`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
