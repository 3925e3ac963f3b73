import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../../", import.meta.url));
/** llama.cpp's source as the engine package carries it, in git's own form. */
const bundle = `${project}node_modules/node-llama-cpp/llama/gitRelease.bundle`;
const folder = `${project}.locallab/llama.cpp`;

/**
 * The folder of llama.cpp's source, with its vocabularies and templates only; made from the engine package at the first
 * call (75 MB, some seconds), without a network. Needs git. Throws what git says.
 */
export function llamaSource(): string {
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const draft = `${folder}.${process.pid}`;
  const git = (...args: string[]): unknown => execFileSync("git", args, { stdio: ["ignore", "ignore", "pipe"] });
  git("clone", "--quiet", "--no-checkout", bundle, draft);
  git("-C", draft, "checkout", "--quiet", "HEAD", "--", "models");
  if (existsSync(folder)) rmSync(draft, { recursive: true, force: true });
  else renameSync(draft, folder);
  return folder;
}
