/** A lab on the sample model with one slot: where conversations are that had to leave it, and when they go. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type RunningServer, serve } from "../../src/server/serve.js";
import { keptFolders } from "../../src/server/state/kept-folder.js";
import { temporaryFolder } from "../support/temp-folder.js";
import { testSettings } from "../support/test-settings.js";
import { until } from "../support/until.js";

describe("conversations that had to leave their slots", function () {
  this.timeout(180_000);
  let server: RunningServer;
  let remove: () => void;
  const place = { runtimeDir: join(temporaryFolder(), "run"), name: "default" };

  before(async () => {
    const made = testSettings({ ...place, model: "sample", slots: 1, context: 1024 });
    remove = made.remove;
    server = await serve(made.settings);
    await server.modelLoaded;
  });
  after(async () => {
    await server.stop(0);
    remove();
  });

  /** Answers of any route are read as what the test says they are. */
  async function ask(method: string, path: string, body?: object, key = server.ownerKey) {
    const response = await fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: see above
    return (await response.json()) as any;
  }
  const cachedOf = async (prompt: string, key?: string): Promise<number> => {
    const { usage } = await ask("POST", "/generate", { prompt, max_length: 8, temperature: 0 }, key);
    return usage.prompt_tokens_details.cached_tokens;
  };
  const keptBytes = async (): Promise<number> => (await ask("GET", "/models/current")).kept_bytes;
  const files = (): string[] =>
    keptFolders(place)
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const mine = "The river runs through the old town and the old town sleeps under the bridge by the river.";

  it("are put back, told as memory, and readable for this user alone", async () => {
    expect(await cachedOf(mine)).to.equal(0);
    await cachedOf("Every morning the dog waits at the door of the house and looks at the road to the sea.");
    await until(async () => (await keptBytes()) > 0);
    const [path = ""] = files();
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(statSync(join(path, "..")).mode & 0o777).to.equal(0o700);
    const { memory_bytes, kept_bytes } = await ask("GET", "/models/current");
    expect(memory_bytes).to.be.greaterThan(kept_bytes);
    expect(await cachedOf(mine)).to.be.greaterThan(10);
  });

  it("go with the pass that they belong to", async () => {
    const { id, key } = await ask("POST", "/passes", { name: "Ann" });
    expect(await cachedOf(mine, key)).to.equal(0);
    await cachedOf("A song of the sky was sung by the friend of the day in the garden behind the house.");
    const ofAnn = (): string[] => files().filter((path) => textOf(path).includes(`"key":"${id}"`));
    await until(() => ofAnn().length > 0);
    const all = files().length;
    await ask("DELETE", `/passes/${id}`);
    await until(() => ofAnn().length === 0);
    expect(files().length).to.be.within(1, all - 1);
  });

  it("go with a process that was killed", async () => {
    expect(files()).to.not.deep.equal([]);
    process.kill((await ask("GET", "/system/info")).engine.pid, "SIGKILL");
    await until(() => files().length === 0);
    await until(async () => (await ask("GET", "/health")).state === "ready");
    expect(await cachedOf(mine)).to.equal(0);
  });

  it("go with the lab", async () => {
    await cachedOf("A song of the sky was sung by the friend of the day in the garden behind the house.");
    await until(() => files().length > 0);
    await server.stop(0);
    expect(keptFolders(place).map((folder) => existsSync(folder))).to.deep.equal([false, false]);
  });
});

/** "" for a file that has just gone. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
