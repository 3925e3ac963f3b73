/** The listener behind the tunnel, asked directly: what the tunnel's name, number and size of requests come to. */
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { expect } from "chai";
import { PassBook } from "../../src/server/access/pass-book.js";
import { PublicHost } from "../../src/server/access/public-host.js";
import { PublishedAccess } from "../../src/server/access/published-access.js";
import { createApp } from "../../src/server/http/create-app.js";
import { openPublished } from "../../src/server/http/published.js";
import { createLog } from "../../src/server/log.js";
import { firstSample } from "../../src/server/machine/machine-sample.js";
import type { PublishedListener } from "../../src/server/publish/published-listener.js";
import { readSettings } from "../../src/server/settings/read-settings.js";
import { FakeModels } from "../support/fake-models.js";
import { temporaryFolder } from "../support/temp-folder.js";

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly retryAfter: string | undefined;
}

describe("the listener that the tunnel leads to", () => {
  let runtimeDir: string;
  let models: FakeModels;
  let passes: PassBook;
  let hosts: PublicHost;
  let door: PublishedListener;

  beforeEach(async () => {
    runtimeDir = join(temporaryFolder(), "run");
    models = new FakeModels();
    passes = new PassBook();
    hosts = new PublicHost();
    hosts.follow("https://lab.ngrok-free.test");
    door = await open(runtimeDir);
  });
  afterEach(async () => {
    await door.close();
    passes.close();
  });

  function open(folder: string): Promise<PublishedListener> {
    const settings = { ...readSettings({}, { LOCALLAB_RATE_LIMIT: "off" }), runtimeDir: folder };
    const app = createApp({
      settings,
      log: createLog("silent"),
      models,
      machine: { sample: firstSample, close: () => {} },
      access: new PublishedAccess(passes, hosts),
      published: { origins: hosts.origins },
      version: "0.0.0-test",
      startedAt: performance.now(),
      isStopping: () => false,
    });
    return openPublished(settings, app.callback(), createLog("silent"));
  }

  function ask(method: string, path: string, headers: Record<string, string>, body?: unknown): Promise<Answer> {
    const where = door.target.startsWith("unix:")
      ? { socketPath: door.target.slice(5) }
      : { port: new URL(door.target).port };
    const type = body === undefined ? {} : { "Content-Type": "application/json" };
    return new Promise((resolve, reject) => {
      const sent = httpRequest({
        ...where,
        method,
        path,
        headers: { Host: "lab.ngrok-free.test", ...type, ...headers },
      });
      sent.on("error", reject);
      sent.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, text, retryAfter: response.headers["retry-after"] }),
        );
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  it("is a socket that only its user may open, and is gone once it is closed", async () => {
    const path = door.target.slice("unix:".length);
    expect(path.startsWith(join(runtimeDir, "default."))).to.equal(true);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
    expect(statSync(runtimeDir).mode & 0o777).to.equal(0o700);
    await door.close();
    expect(existsSync(path)).to.equal(false);
  });

  it("has a file of its own at each opening", async () => {
    const other = await open(runtimeDir);
    await other.close();
    expect(existsSync(door.target.slice("unix:".length))).to.equal(true);
  });

  it("notices that its socket was removed, and listens at another where the folder is made anew", async () => {
    await door.look();
    rmSync(runtimeDir, { recursive: true });
    expect(await door.look().catch((error: Error) => error.message)).to.contain("ENOENT");
    const former = door.target;
    expect(await door.renew()).to.not.equal(former);
    await door.look();
    expect((await ask("GET", "/health", {})).status).to.equal(200);
    expect(door.traffic().requests).to.equal(1);
    await door.close();
    expect(readdirSync(runtimeDir)).to.deep.equal([]);
  });

  it("notices that another listens in its place", async () => {
    const path = door.target.slice("unix:".length);
    rmSync(path);
    writeFileSync(path, "");
    expect(await door.look().catch((error: Error) => error.message)).to.contain("replaced");
  });

  it("is a port on loopback where the path is too long for a socket", async () => {
    const other = await open(join(runtimeDir, "x".repeat(100)));
    expect(other.target).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
    await other.close();
  });

  for (const host of [
    "evil.example",
    "localhost",
    "127.0.0.1",
    "lab.ngrok-free.test.evil.example",
    "lab.ngrok-free.test:80",
    "",
  ]) {
    it(`answers the Host "${host}" with 421`, async () => {
      expect((await ask("GET", "/health", { Host: host })).status).to.equal(421);
    });
  }

  it("answers to the tunnel's name, with the port of its scheme and in any case, also when that name changes", async () => {
    for (const host of ["lab.ngrok-free.test", "LAB.ngrok-free.test:443"]) {
      expect((await ask("GET", "/health", { Host: host })).status).to.equal(200);
    }
    hosts.follow("https://other.ngrok-free.test");
    expect((await ask("GET", "/health", {})).status).to.equal(421);
    expect((await ask("GET", "/health", { Host: "other.ngrok-free.test" })).status).to.equal(200);
  });

  it("takes nobody for local, whatever address a request claims", async () => {
    const headers = { "X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1" };
    expect((await ask("GET", "/models/available", headers)).status).to.equal(401);
  });

  it("serves 64 requests at once and asks the next to come back", async () => {
    const held: (() => void)[] = [];
    models.script = (generation) => {
      held.push(() => generation.cancel("request"));
    };
    const keys = Array.from(
      { length: 9 },
      (_, index) => passes.create({ name: `key ${index}`, scopes: ["infer"] }).key,
    );
    const generate = (index: number): Promise<Answer> =>
      ask("POST", "/generate", { "X-API-Key": keys[index % 8] as string }, { prompt: "x" });
    const running = Array.from({ length: 64 }, (_, index) => generate(index));
    await models.until(() => models.requests.length === 64);
    const next = await ask("GET", "/models/available", { "X-API-Key": keys[8] as string });
    expect([next.status, next.retryAfter, JSON.parse(next.text).error.code]).to.deep.equal([
      429,
      "1",
      "too_many_concurrent",
    ]);
    for (const end of held) end();
    expect((await Promise.all(running)).map(({ status }) => status)).to.deep.equal(running.map(() => 499));
    expect((await ask("GET", "/models/available", { "X-API-Key": keys[8] as string })).status).to.equal(200);
  });

  it("limits requests although the local door does not, also for a key that may load models", async () => {
    const { key } = passes.create({ name: "helper", scopes: ["infer", "manage"] });
    const replies = await Promise.all(
      Array.from({ length: 11 }, () => ask("POST", "/generate", { "X-API-Key": key }, { prompt: "x", max_length: 1 })),
    );
    expect(replies.filter(({ status }) => status === 429)).to.have.length(1);
  });

  it("counts what went through", async () => {
    await ask("GET", "/health", {});
    await ask("GET", "/health", {});
    const { requests, bytesSent } = door.traffic();
    expect(requests).to.equal(2);
    expect(bytesSent).to.be.above(200);
  });
});
