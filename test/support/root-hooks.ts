/** Around the whole run: folders of tests are removed, and a process or port that is left over fails the run. */
import type { RootHookObject } from "mocha";
import { leftBehind, markDescendants } from "./left-behind.js";
import { removeTemporaryFolders, temporaryFolders } from "./temp-folder.js";

let foldersBeforeTest: ReadonlySet<string> = new Set();

export const mochaHooks: RootHookObject = {
  beforeAll(): void {
    markDescendants();
  },
  beforeEach(): void {
    foldersBeforeTest = temporaryFolders();
  },
  afterEach(): void {
    removeTemporaryFolders(foldersBeforeTest);
  },
  async afterAll(): Promise<void> {
    removeTemporaryFolders();
    const left = await leftBehind();
    if (left.length > 0) throw new Error(`The tests left behind:\n${left.join("\n")}`);
  },
};
