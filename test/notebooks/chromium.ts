/** Headless Chromium on one page: what it shows, as text and as a picture. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureChromium } from "../../scripts/setup/chromium.mjs";
import { runProgram } from "../support/run-program.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { decodePng, type Picture } from "./decode-png.js";

/** Milliseconds a page may take, on a busy machine. */
const pageTimeoutMs = 60_000;

/** The page after its scripts ran, as HTML. */
export async function domOf(path: string): Promise<string> {
  // what a page's scripts wait for has time of its own, however busy the machine is
  return chromium(["--window-size=1400,1000", "--virtual-time-budget=20000", "--dump-dom", pathToFileURL(path).href]);
}

/** A picture of the page's top. */
export async function pictureOf(path: string, width: number, height: number): Promise<Picture> {
  const file = join(temporaryFolder(), "page.png");
  await chromium([
    `--screenshot=${file}`,
    `--window-size=${width},${height}`,
    "--hide-scrollbars",
    pathToFileURL(path).href,
  ]);
  return decodePng(readFileSync(file));
}

async function chromium(args: readonly string[]): Promise<string> {
  const { path } = await ensureChromium({ log: () => {} });
  // root has no sandbox; the profile is the test's own
  const own = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${temporaryFolder()}`];
  const { code, stdout, stderr } = await runProgram(path, [...own, ...args], { timeoutMs: pageTimeoutMs });
  if (code !== 0) throw new Error(`Chromium ended with code ${code}: ${stderr}`);
  return stdout;
}
