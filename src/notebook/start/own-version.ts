/** Version of the package this notebook loaded: a server of another version is restarted. */
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

export const ownVersion: string = manifest.version;
