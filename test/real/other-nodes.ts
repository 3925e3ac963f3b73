/** Other versions of Node on this machine that this project supports. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findPrograms } from "../../scripts/setup/find-program.mjs";
import { nodeVersionProblem } from "../../scripts/setup/node-version.mjs";
import { otherNodePrograms } from "../../scripts/setup/other-nodes.mjs";

export interface OtherNode {
  readonly path: string;
  /** As in "22.12.0". */
  readonly version: string;
}

/**
 * The programs of `LOCALLAB_TEST_NODES` (paths, separated by commas), else those that set-up fetched, in PATH by number
 * and of nvm. One of each version.
 */
export function otherNodes(): OtherNode[] {
  const named = process.env.LOCALLAB_TEST_NODES?.split(",").map((path) => path.trim());
  const nvm = join(homedir(), ".nvm", "versions", "node");
  const found = [
    ...otherNodePrograms(),
    ...findPrograms(["node20", "node22", "node24"]),
    ...(existsSync(nvm) ? readdirSync(nvm).map((name) => join(nvm, name, "bin", "node")) : []),
  ];
  const nodes = (named ?? found.filter((path) => existsSync(path)))
    .filter((path) => path !== "")
    .map((path) => ({ path, version: execFileSync(path, ["--version"], { encoding: "utf8" }).trim().slice(1) }))
    .filter(({ version }) => nodeVersionProblem(version) === undefined);
  return [...new Map(nodes.map((node) => [node.version, node])).values()];
}
