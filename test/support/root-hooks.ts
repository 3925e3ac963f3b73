/**
 * Around the whole run: folders of tests are removed, and whatever a group of tests leaves over fails the group.
 *
 * Folders are looked for in a temporary folder of this run's own, so that two runs at once see only what is theirs.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Context, RootHookObject, Suite } from "mocha";
import { leftBehind, leftFolders, markDescendants } from "./left-behind.js";
import { removeTemporaryFolders, temporaryFolders } from "./temp-folder.js";

let foldersBeforeTest: ReadonlySet<string> = new Set();
let runFolder: string | undefined;
/** Milliseconds that endings under way may take: a helper of a killed process notices that late on a busy machine. */
const patienceMs = Number(process.env.LOCALLAB_TEST_PATIENCE_MS ?? 15_000);
/** What a group was failed for is not held against the next one. */
const known = new Set<string>();

async function refuseLeftovers(this: Context): Promise<void> {
  this.timeout(2 * patienceMs + 10_000);
  const left = [...(await leftBehind(patienceMs, known)), ...leftFolders(runFolder, temporaryFolders(), known)];
  for (const one of left) known.add(one);
  if (left.length > 0) throw new Error(`The tests left behind:\n${left.join("\n")}`);
}

export const mochaHooks: RootHookObject = {
  beforeAll(this: Context): void {
    markDescendants();
    // children inherit it, too
    runFolder = mkdtempSync(join(tmpdir(), "locallab-run-"));
    process.env.TMPDIR = runFolder;
    const root = this.test?.parent as Suite;
    // behind the group's own hooks, which end what it started
    for (const suite of root.suites) suite.afterAll("leaves nothing behind", refuseLeftovers);
  },
  beforeEach(): void {
    foldersBeforeTest = temporaryFolders();
  },
  afterEach(): void {
    removeTemporaryFolders(foldersBeforeTest);
  },
  async afterAll(this: Context): Promise<void> {
    removeTemporaryFolders();
    try {
      await refuseLeftovers.call(this);
    } finally {
      if (runFolder !== undefined) rmSync(runFolder, { recursive: true, force: true, maxRetries: 3 });
    }
  },
};
