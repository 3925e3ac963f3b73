/** The versions of this package and of its engine, as its own package.json tells them. */
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
  dependencies: Record<string, string>;
};

/** Version of LocalLab. */
export const version: string = manifest.version;

/** The engine and the exact version that is pinned, as in "node-llama-cpp 3.22.1". */
export const engineVersion: string = `node-llama-cpp ${manifest.dependencies["node-llama-cpp"]}`;
